using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Holds conditions over the signs of linear forms, each once: a literal (a form is at least, or above, zero), a conjunction or a disjunction of conditions with smaller
/// numbers. There is no negation inside, so that a condition can only gain by literals becoming true. Not thread-safe.
/// </summary>
internal sealed class ConditionPool
{
    internal const int False = 0;
    internal const int True = 1;

    private readonly List<ConditionNode> _nodes = [new ConditionNode(ConditionKind.Or, [], default), new ConditionNode(ConditionKind.And, [], default)];
    private readonly Dictionary<SignLiteral, int> _literals = [];
    private readonly Dictionary<ConditionKey, int> _compound = [];
    private readonly HashSet<int> _unique = [];
    private readonly List<int> _kept = [];

    /// <summary>Gets or sets what is known of a literal before any case: null where nothing is.</summary>
    public Func<SignLiteral, bool?>? Known { get; set; }

    public int Count => _nodes.Count;

    public ConditionKind KindOf(int condition) => _nodes[condition].Kind;

    public ReadOnlySpan<int> ChildrenOf(int condition) => _nodes[condition].Children;

    public SignLiteral LiteralOf(int condition) => _nodes[condition].Literal;

    public int Literal(LinearForm form, bool isStrict)
    {
        if (form.IsConstant)
        {
            return (isStrict ? form.Constant.Sign > 0 : form.Constant.Sign >= 0) ? True : False;
        }

        SignLiteral literal = SignLiteral.Of(form, isStrict);
        if (!_literals.TryGetValue(literal, out int condition))
        {
            bool? known = Known?.Invoke(literal);
            condition = known is { } value ? (value ? True : False) : Add(ConditionKind.Literal, [], literal);
            _literals.Add(literal, condition);
        }

        return condition;
    }

    /// <summary>Gives the condition that a term is at least zero, the infinitesimal part deciding where the real part is zero.</summary>
    public int AtLeastZero(PayoffTerm term) => Signed(term, isStrict: false);

    public int AboveZero(PayoffTerm term) => Signed(term, isStrict: true);

    public int And(params ReadOnlySpan<int> conditions) => Compound(ConditionKind.And, conditions, neutral: True, absorbing: False);

    public int Or(params ReadOnlySpan<int> conditions) => Compound(ConditionKind.Or, conditions, neutral: False, absorbing: True);

    /// <summary>Copies a condition from another pool.</summary>
    public int Import(ConditionPool other, int condition) => Map(other, condition, literal => literal, isNegated: false);

    /// <summary>Gives the condition that holds where another does not.</summary>
    public int Negate(int condition) => Map(this, condition, literal => literal.Negated, isNegated: true);

    /// <summary>Gives a condition with every literal strict: its inside, where no comparison ties.</summary>
    public int Inside(int condition) => Map(this, condition, literal => literal with { IsStrict = true }, isNegated: false);

    /// <summary>Evaluates a condition at a point.</summary>
    public bool HoldsAt(int condition, IReadOnlyList<Rational> values)
    {
        switch (KindOf(condition))
        {
            case ConditionKind.Literal:
                return LiteralOf(condition).HoldsAt(values);
            case ConditionKind.And:
                foreach (int child in ChildrenOf(condition))
                {
                    if (!HoldsAt(child, values))
                    {
                        return false;
                    }
                }

                return true;
            default:
                foreach (int child in ChildrenOf(condition))
                {
                    if (HoldsAt(child, values))
                    {
                        return true;
                    }
                }

                return false;
        }
    }

    private int Map(ConditionPool source, int condition, Func<SignLiteral, SignLiteral> change, bool isNegated)
    {
        if (condition <= True)
        {
            return condition == True != isNegated ? True : False;
        }

        if (source.KindOf(condition) == ConditionKind.Literal)
        {
            SignLiteral literal = change(source.LiteralOf(condition));
            return Literal(literal.Form, literal.IsStrict);
        }

        int[] children = source.ChildrenOf(condition).ToArray();
        for (int place = 0; place < children.Length; place++)
        {
            children[place] = Map(source, children[place], change, isNegated);
        }

        return source.KindOf(condition) == ConditionKind.And != isNegated ? And(children) : Or(children);
    }

    private int Signed(PayoffTerm term, bool isStrict)
    {
        if (term.Infinitesimal.IsZero)
        {
            return Literal(term.Real, isStrict);
        }

        if (term.Real.IsZero)
        {
            return Literal(term.Infinitesimal, isStrict);
        }

        int above = Literal(term.Real, isStrict: true);
        return above == True ? True : Or(above, And(Literal(term.Real, isStrict: false), Literal(term.Infinitesimal, isStrict)));
    }

    private int Compound(ConditionKind kind, ReadOnlySpan<int> conditions, int neutral, int absorbing)
    {
        _unique.Clear();
        _kept.Clear();
        foreach (int condition in conditions)
        {
            if (condition == absorbing)
            {
                return absorbing;
            }

            if (condition == neutral)
            {
                continue;
            }

            if (KindOf(condition) == kind)
            {
                foreach (int child in ChildrenOf(condition))
                {
                    if (_unique.Add(child))
                    {
                        _kept.Add(child);
                    }
                }
            }
            else if (_unique.Add(condition))
            {
                _kept.Add(condition);
            }
        }

        if (_kept.Count <= 1)
        {
            return _kept.Count == 0 ? neutral : _kept[0];
        }

        _kept.Sort();
        int[] children = [.. _kept];
        ConditionKey key = new(kind, children);
        if (!_compound.TryGetValue(key, out int number))
        {
            number = Add(kind, children, default);
            _compound.Add(key, number);
        }

        return number;
    }

    private int Add(ConditionKind kind, int[] children, SignLiteral literal)
    {
        _nodes.Add(new ConditionNode(kind, children, literal));
        return _nodes.Count - 1;
    }

    private readonly record struct ConditionNode(ConditionKind Kind, int[] Children, SignLiteral Literal);

    private readonly struct ConditionKey(ConditionKind kind, int[] children) : IEquatable<ConditionKey>
    {
        private readonly ConditionKind _kind = kind;
        private readonly int[] _children = children;

        public bool Equals(ConditionKey other) => _kind == other._kind && _children.AsSpan().SequenceEqual(other._children);

        public override bool Equals(object? obj) => obj is ConditionKey other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(_kind);
            foreach (int child in _children)
            {
                hash.Add(child);
            }

            return hash.ToHashCode();
        }
    }
}
