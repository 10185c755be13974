using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Decides conditions under assumptions by cases: whatever literal stays open is split on, each case being a conjunction of sign literals that the exact simplex keeps apart
/// from the empty ones. Assumptions may hold disjunctions; those are branched on only when the existence of a point matters. Not thread-safe.
/// </summary>
internal sealed class CaseSolver
{
    private readonly ConditionPool _pool;
    private readonly LinearArithmetic _arithmetic;
    private readonly WorkMeter _meter;
    private readonly List<SignLiteral> _case = [];
    private readonly List<int> _clauses = [];
    private readonly Stack<int> _decided = new();
    private readonly List<List<Rational[]>> _points = [[]];
    private sbyte[] _status = [];
    private sbyte[] _value = [];
    private int[] _stamp = [];
    private int _time;

    public CaseSolver(ConditionPool pool, int parameterCount, WorkMeter meter)
    {
        _pool = pool;
        _meter = meter;
        _arithmetic = new LinearArithmetic(parameterCount);
    }

    /// <summary>Gets the literals of the present case, in the order of the splits.</summary>
    public IReadOnlyList<SignLiteral> Case => _case;

    public bool IsStopped => _meter.IsStopped;

    /// <summary>Adds an assumption for good, or until the scope in which it was made is left.</summary>
    public bool Assume(int condition)
    {
        switch (_pool.KindOf(condition))
        {
            case ConditionKind.Literal:
                return _arithmetic.Assert(_pool.LiteralOf(condition)) && CheckNow();
            case ConditionKind.And:
                foreach (int child in _pool.ChildrenOf(condition).ToArray())
                {
                    if (!Assume(child))
                    {
                        return false;
                    }
                }

                return true;
            default:
                _clauses.Add(condition);
                return condition != ConditionPool.False;
        }
    }

    /// <summary>Says what the assumptions and the case say of a literal; null when both signs are possible.</summary>
    public bool? StatusOf(SignLiteral literal)
    {
        List<Rational[]> points = _points[^1];
        bool canHold = false;
        bool canFail = false;
        foreach (Rational[] point in points)
        {
            bool holds = literal.HoldsAt(point);
            canHold |= holds;
            canFail |= !holds;
            if (canHold && canFail)
            {
                return null;
            }
        }

        if (!canHold && !IsPossible(literal))
        {
            return false;
        }

        return !canFail && !IsPossible(literal.Negated) ? true : null;
    }

    /// <summary>Enters the case of a literal; says whether it can be (pending disjunctions aside). <see cref="Leave"/> undoes it, entered or not.</summary>
    public bool Enter(SignLiteral literal, out Scope scope)
    {
        scope = new Scope(_arithmetic.Mark, _decided.Count, _clauses.Count);
        _case.Add(literal);
        _points.Add([.. _points[^1].Where(point => literal.HoldsAt(point))]);
        return _arithmetic.Assert(literal) && CheckNow();
    }

    public void Leave(Scope scope)
    {
        _case.RemoveAt(_case.Count - 1);
        _points.RemoveAt(_points.Count - 1);
        Restore(scope);
    }

    /// <summary>Opens a scope without a literal, for more assumptions; <see cref="Close"/> undoes it.</summary>
    public Scope Open()
    {
        _points.Add([.. _points[^1]]);
        return new Scope(_arithmetic.Mark, _decided.Count, _clauses.Count);
    }

    /// <summary>Drops the remembered points, which a new assumption may have made wrong.</summary>
    public void ForgetPoints() => _points[^1].Clear();

    public void Close(Scope scope)
    {
        _points.RemoveAt(_points.Count - 1);
        Restore(scope);
    }

    /// <summary>Says whether a point satisfies the assumptions, the pending disjunctions included, and the case; gives one.</summary>
    public bool IsFeasible(out Rational[]? point) => CheckNow() & FindPoint(out point);

    /// <summary>Evaluates a condition: true or false when the case decides it, otherwise null and a literal that is open.</summary>
    public bool? Evaluate(int condition, out SignLiteral open)
    {
        Grow();
        _time++;
        sbyte value = Value(condition);
        open = value == 0 ? FindOpen(condition) : default;
        return value == 0 ? null : value > 0;
    }

    private bool CheckNow() => _meter.TrySpend() && _arithmetic.Check();

    private void Restore(Scope scope)
    {
        _arithmetic.TakeBack(scope.Mark);
        _clauses.RemoveRange(scope.Clauses, _clauses.Count - scope.Clauses);
        while (_decided.Count > scope.Decided)
        {
            _status[_decided.Pop()] = 0;
        }
    }

    private bool IsPossible(SignLiteral literal)
    {
        int mark = _arithmetic.Mark;
        bool isPossible = _arithmetic.Assert(literal) && CheckNow();
        if (isPossible && _points[^1].Count < 64)
        {
            _points[^1].Add(_arithmetic.Solution());
        }

        _arithmetic.TakeBack(mark);
        return isPossible || _meter.IsStopped;
    }

    private bool FindPoint(out Rational[]? point)
    {
        point = null;
        if (!_meter.TrySpend())
        {
            return false;
        }

        Rational[] here = _arithmetic.Solution();
        // Looked for from the first one each time: what is asserted for one disjunction moves the point away from another.
        int index = _clauses.FindIndex(clause => !_pool.HoldsAt(clause, here));
        if (index < 0)
        {
            point = here;
            return true;
        }

        foreach (int child in _pool.ChildrenOf(_clauses[index]).ToArray())
        {
            Scope scope = new(_arithmetic.Mark, _decided.Count, _clauses.Count);
            bool found = Assume(child) && CheckNow() && FindPoint(out point);
            Restore(scope);
            if (found)
            {
                return true;
            }

            _ = _arithmetic.Check();
        }

        return false;
    }

    private void Grow()
    {
        if (_status.Length < _pool.Count)
        {
            Array.Resize(ref _status, _pool.Count + 64);
            Array.Resize(ref _value, _pool.Count + 64);
            Array.Resize(ref _stamp, _pool.Count + 64);
        }
    }

    // Children have smaller numbers and the depth of a condition is bounded by that of the tree, but trees may be deep: an explicit stack would cost clarity only where
    // readers already bound the depth.
    private sbyte Value(int condition)
    {
        if (condition <= ConditionPool.True)
        {
            return condition == ConditionPool.True ? (sbyte)1 : (sbyte)-1;
        }

        if (_status[condition] != 0)
        {
            return _status[condition];
        }

        if (_stamp[condition] == _time)
        {
            return _value[condition];
        }

        sbyte value;
        if (_pool.KindOf(condition) == ConditionKind.Literal)
        {
            value = StatusOf(_pool.LiteralOf(condition)) switch { true => 1, false => -1, null => 0 };
        }
        else
        {
            sbyte decisive = _pool.KindOf(condition) == ConditionKind.And ? (sbyte)-1 : (sbyte)1;
            value = (sbyte)-decisive;
            foreach (int child in _pool.ChildrenOf(condition))
            {
                sbyte own = Value(child);
                if (own == decisive)
                {
                    value = decisive;
                    break;
                }

                value = own == 0 ? (sbyte)0 : value;
            }
        }

        _stamp[condition] = _time;
        _value[condition] = value;
        if (value != 0)
        {
            _status[condition] = value;
            _decided.Push(condition);
        }

        return value;
    }

    private SignLiteral FindOpen(int condition)
    {
        while (_pool.KindOf(condition) != ConditionKind.Literal)
        {
            foreach (int child in _pool.ChildrenOf(condition))
            {
                if (Value(child) == 0)
                {
                    condition = child;
                    break;
                }
            }
        }

        return _pool.LiteralOf(condition);
    }

    /// <summary>Where to return to.</summary>
    internal readonly record struct Scope(int Mark, int Decided, int Clauses);
}
