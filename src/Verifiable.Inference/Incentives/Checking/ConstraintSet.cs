namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Holds the constraints of a game as text, for writing, and as conditions in one pool, for checking.</summary>
internal sealed class ConstraintSet(ConditionPool pool)
{
    private readonly Dictionary<IncentiveProperty, List<(string Text, int Condition)>> _constraints = [];

    public ConditionPool Pool { get; } = pool;

    /// <summary>Adds a constraint for one property, for all when <see cref="IncentiveProperty.None"/> is named.</summary>
    public void Add(IncentiveProperty property, string text, int condition)
    {
        if (!_constraints.TryGetValue(property, out List<(string Text, int Condition)>? list))
        {
            _constraints.Add(property, list = []);
        }

        list.Add((text, condition));
    }

    /// <summary>Copies the set into a pool of its own.</summary>
    public ConstraintSet Copy()
    {
        ConstraintSet copy = new(new ConditionPool());
        foreach ((IncentiveProperty property, List<(string Text, int Condition)> list) in _constraints)
        {
            foreach ((string text, int condition) in list)
            {
                copy.Add(property, text, copy.Pool.Import(Pool, condition));
            }
        }

        return copy;
    }

    public IEnumerable<string> TextOf(IncentiveProperty property) => Of(property).Select(constraint => constraint.Text);

    /// <summary>Gives the conditions that hold when a property is checked: the general ones and the property's own.</summary>
    public IEnumerable<int> For(IncentiveProperty property) => Of(IncentiveProperty.None).Concat(Of(property)).Select(constraint => constraint.Condition);

    private List<(string Text, int Condition)> Of(IncentiveProperty property) => _constraints.GetValueOrDefault(property) ?? [];
}
