using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Numbers the parameters of a game: the declared ones first, then each product of them that occurs. Not thread-safe while it grows.</summary>
internal sealed class ParameterTable
{
    internal const int GreatestDegree = 16;
    internal const int GreatestCount = 4096;

    // Products of terms that one table multiplies out: a text of a hundred characters can ask for millions.
    private const long GreatestProducts = 1L << 22;

    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    private long _products;

    public int Count => _parameters.Count;

    public bool HasProducts => _parameters.Exists(parameter => parameter.Factors.Count > 1);

    public IReadOnlyList<int> FactorsOf(int number) => _parameters[number].Factors;

    public string NameOf(int number) => _parameters[number].Name;

    public bool IsInfinitesimal(int number) => _parameters[number].IsInfinitesimal;

    public bool IsProduct(int number) => _parameters[number].Factors.Count > 1;

    public bool TryFind(string name, out int number) => _numbers.TryGetValue(name, out number);

    public bool TryDeclare(string name, bool isInfinitesimal)
    {
        if (_parameters.Count == GreatestCount || !_numbers.TryAdd(name, _parameters.Count))
        {
            return false;
        }

        _parameters.Add(new Parameter(name, isInfinitesimal, [_parameters.Count]));
        return true;
    }

    /// <summary>Multiplies two forms; fails on a product of two infinitesimals, and above the greatest degree, number of parameters or number of products altogether.</summary>
    public bool TryMultiply(LinearForm left, LinearForm right, out LinearForm product)
    {
        product = (left.Constant * right) + (right.Constant * left) - LinearForm.Of(left.Constant * right.Constant);
        _products += (long)left.Terms.Length * right.Terms.Length;
        if (_products > GreatestProducts)
        {
            return false;
        }

        SortedDictionary<int, Rational> sums = [];
        foreach (LinearTerm term in left.Terms)
        {
            foreach (LinearTerm other in right.Terms)
            {
                if (!TryMultiply(term.Parameter, other.Parameter, out int number))
                {
                    return false;
                }

                sums[number] = sums.GetValueOrDefault(number) + (term.Coefficient * other.Coefficient);
            }
        }

        product += LinearForm.Of(sums);
        return true;
    }

    /// <summary>Extends values of the declared parameters by those of the products.</summary>
    public Rational[] Complete(IReadOnlyList<Rational> declared)
    {
        var values = new Rational[Count];
        for (int number = 0; number < Count; number++)
        {
            values[number] = FactorsOf(number).Count == 1 ? declared[number] : FactorsOf(number).Aggregate(Rational.One, (product, factor) => product * values[factor]);
        }

        return values;
    }

    /// <summary>Copies the table, so that a reader may add products without disturbing others.</summary>
    public ParameterTable Copy()
    {
        ParameterTable copy = new();
        copy._parameters.AddRange(_parameters);
        foreach ((string name, int number) in _numbers)
        {
            copy._numbers.Add(name, number);
        }

        return copy;
    }

    private bool TryMultiply(int left, int right, out int number)
    {
        Parameter l = _parameters[left];
        Parameter r = _parameters[right];
        number = -1;
        if ((l.IsInfinitesimal && r.IsInfinitesimal) || l.Factors.Count + r.Factors.Count > GreatestDegree)
        {
            return false;
        }

        int[] factors = [.. l.Factors.Concat(r.Factors).Order()];
        string name = string.Join(" * ", factors.Select(NameOf));
        if (_numbers.TryGetValue(name, out number))
        {
            return true;
        }

        if (_parameters.Count == GreatestCount)
        {
            return false;
        }

        number = _parameters.Count;
        _numbers.Add(name, number);
        _parameters.Add(new Parameter(name, l.IsInfinitesimal || r.IsInfinitesimal, factors));
        return true;
    }

    private sealed record Parameter(string Name, bool IsInfinitesimal, IReadOnlyList<int> Factors);
}
