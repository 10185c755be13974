using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Decides exactly whether sign literals hold together: the general simplex of Dutertre and de Moura (<i>A Fast Linear-Arithmetic Solver for DPLL(T)</i>, CAV 2006),
/// with Bland's rule and strict bounds by an infinitesimal. Literals are asserted and taken back in the order of a stack. Not thread-safe.
/// </summary>
internal sealed class LinearArithmetic
{
    private readonly List<DeltaRational> _values = [];
    private readonly List<DeltaRational?> _lower = [];
    private readonly List<DeltaRational?> _upper = [];
    private readonly List<int> _rowOf = [];
    private readonly List<Rational[]> _rows = [];
    private readonly List<int> _basic = [];
    private readonly int[] _columns;
    private readonly int _parameterCount;
    private readonly Dictionary<LinearForm, int> _slacks = [];
    private readonly List<(int Variable, bool IsLower, DeltaRational? Before)> _trail = [];

    public LinearArithmetic(int parameterCount)
    {
        _columns = new int[parameterCount];
        _parameterCount = parameterCount;
        for (int parameter = 0; parameter < parameterCount; parameter++)
        {
            _ = AddVariable(row: -1, default);
            _columns[parameter] = parameter;
        }
    }

    /// <summary>Gets the number of bound changes so far; <see cref="TakeBack"/> returns to it.</summary>
    public int Mark => _trail.Count;

    /// <summary>Asserts a literal; says false when its bound contradicts another at once. <see cref="Check"/> says the rest.</summary>
    public bool Assert(SignLiteral literal)
    {
        (int variable, Rational factor, Rational constant) = Normal(literal.Form);
        Rational bound = -constant / factor;
        return factor.Sign > 0
            ? AssertLower(variable, new DeltaRational(bound, literal.IsStrict ? Rational.One : Rational.Zero))
            : AssertUpper(variable, new DeltaRational(bound, literal.IsStrict ? -Rational.One : Rational.Zero));
    }

    public void TakeBack(int mark)
    {
        while (_trail.Count > mark)
        {
            (int variable, bool isLower, DeltaRational? before) = _trail[^1];
            _trail.RemoveAt(_trail.Count - 1);
            (isLower ? _lower : _upper)[variable] = before;
        }
    }

    /// <summary>Says whether the asserted literals hold together; afterwards the values are a solution where they do.</summary>
    public bool Check()
    {
        while (true)
        {
            int row = -1;
            for (int candidate = 0; candidate < _rows.Count; candidate++)
            {
                if ((row < 0 || _basic[candidate] < _basic[row]) && (IsBelow(_basic[candidate]) || IsAbove(_basic[candidate])))
                {
                    row = candidate;
                }
            }

            if (row < 0)
            {
                return true;
            }

            bool isBelow = IsBelow(_basic[row]);
            DeltaRational target = (isBelow ? _lower : _upper)[_basic[row]]!.Value;
            int column = FindEntering(row, isBelow);
            if (column < 0)
            {
                return false;
            }

            PivotTo(row, column, target);
        }
    }

    /// <summary>Gives the present solution's parameters with a positive number for the infinitesimal that is small enough for every asserted bound.</summary>
    public Rational[] Solution()
    {
        Rational delta = Rational.One;
        for (int variable = 0; variable < _values.Count; variable++)
        {
            if (_lower[variable] is { } lower)
            {
                Shrink(lower, _values[variable], ref delta);
            }

            if (_upper[variable] is { } upper)
            {
                Shrink(_values[variable], upper, ref delta);
            }
        }

        var result = new Rational[_parameterCount];
        for (int parameter = 0; parameter < result.Length; parameter++)
        {
            result[parameter] = _values[parameter].Value + (delta * _values[parameter].Delta);
        }

        return result;
    }

    private static void Shrink(DeltaRational less, DeltaRational more, ref Rational delta)
    {
        Rational gap = more.Value - less.Value;
        Rational slope = less.Delta - more.Delta;
        if (slope.Sign > 0 && gap.Sign > 0 && gap / slope < delta)
        {
            delta = gap / slope;
        }
    }

    private bool IsBelow(int variable) => _lower[variable] is { } bound && _values[variable] < bound;

    private bool IsAbove(int variable) => _upper[variable] is { } bound && _values[variable] > bound;

    private bool AssertLower(int variable, DeltaRational bound)
    {
        if (_lower[variable] is { } present && present >= bound)
        {
            return true;
        }

        if (_upper[variable] is { } upper && upper < bound)
        {
            return false;
        }

        _trail.Add((variable, true, _lower[variable]));
        _lower[variable] = bound;
        if (_rowOf[variable] < 0 && _values[variable] < bound)
        {
            Update(variable, bound);
        }

        return true;
    }

    private bool AssertUpper(int variable, DeltaRational bound)
    {
        if (_upper[variable] is { } present && present <= bound)
        {
            return true;
        }

        if (_lower[variable] is { } lower && lower > bound)
        {
            return false;
        }

        _trail.Add((variable, false, _upper[variable]));
        _upper[variable] = bound;
        if (_rowOf[variable] < 0 && _values[variable] > bound)
        {
            Update(variable, bound);
        }

        return true;
    }

    private void Update(int variable, DeltaRational value)
    {
        int column = Array.IndexOf(_columns, variable);
        DeltaRational change = value - _values[variable];
        for (int row = 0; row < _rows.Count; row++)
        {
            if (!_rows[row][column].IsZero)
            {
                _values[_basic[row]] += _rows[row][column] * change;
            }
        }

        _values[variable] = value;
    }

    private int FindEntering(int row, bool isBelow)
    {
        int best = -1;
        for (int column = 0; column < _columns.Length; column++)
        {
            int sign = _rows[row][column].Sign;
            if (sign == 0 || (best >= 0 && _columns[column] > _columns[best]))
            {
                continue;
            }

            int variable = _columns[column];
            bool canMove = sign > 0 == isBelow
                ? _upper[variable] is not { } upper || _values[variable] < upper
                : _lower[variable] is not { } lower || _values[variable] > lower;
            best = canMove ? column : best;
        }

        return best;
    }

    private void PivotTo(int row, int column, DeltaRational target)
    {
        int leaving = _basic[row];
        int entering = _columns[column];
        DeltaRational step = (Rational.One / _rows[row][column]) * (target - _values[leaving]);
        _values[leaving] = target;
        _values[entering] += step;
        for (int other = 0; other < _rows.Count; other++)
        {
            if (other != row && !_rows[other][column].IsZero)
            {
                _values[_basic[other]] += _rows[other][column] * step;
            }
        }

        Rational[] pivot = _rows[row];
        Rational inverse = Rational.One / pivot[column];
        for (int index = 0; index < pivot.Length; index++)
        {
            pivot[index] = index == column ? inverse : -(pivot[index] * inverse);
        }

        for (int other = 0; other < _rows.Count; other++)
        {
            Rational factor = _rows[other][column];
            if (other == row || factor.IsZero)
            {
                continue;
            }

            Rational[] changed = _rows[other];
            for (int index = 0; index < changed.Length; index++)
            {
                changed[index] = index == column ? factor * inverse : pivot[index].IsZero ? changed[index] : changed[index] + (factor * pivot[index]);
            }
        }

        _basic[row] = entering;
        _columns[column] = leaving;
        _rowOf[entering] = row;
        _rowOf[leaving] = -1;
    }

    /// <summary>Writes a form as factor · variable + constant, with a row of its own where it is not a multiple of one parameter.</summary>
    private (int Variable, Rational Factor, Rational Constant) Normal(LinearForm form)
    {
        if (form.Terms.Length == 1)
        {
            return (form.Terms[0].Parameter, form.Terms[0].Coefficient, form.Constant);
        }

        Rational first = form.Terms[0].Coefficient;
        LinearForm key = (Rational.One / first) * (form - LinearForm.Of(form.Constant));
        if (!_slacks.TryGetValue(key, out int slack))
        {
            slack = AddSlack(key);
            _slacks.Add(key, slack);
        }

        return (slack, first, form.Constant);
    }

    private int AddSlack(LinearForm form)
    {
        var row = new Rational[_columns.Length];
        Array.Fill(row, Rational.Zero);
        DeltaRational value = default;
        foreach (LinearTerm term in form.Terms)
        {
            value += term.Coefficient * _values[term.Parameter];
            int own = _rowOf[term.Parameter];
            if (own < 0)
            {
                int column = Array.IndexOf(_columns, term.Parameter);
                row[column] += term.Coefficient;
                continue;
            }

            for (int column = 0; column < row.Length; column++)
            {
                row[column] += term.Coefficient * _rows[own][column];
            }
        }

        _rows.Add(row);
        int variable = AddVariable(_rows.Count - 1, value);
        _basic.Add(variable);
        return variable;
    }

    private int AddVariable(int row, DeltaRational value)
    {
        _values.Add(value);
        _lower.Add(null);
        _upper.Add(null);
        _rowOf.Add(row);
        return _values.Count - 1;
    }
}
