using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// A constant plus rational multiples of numbered parameters, in ascending order of their numbers and without zero multiples. Equal forms are equal term by term. A product of
/// parameters is a parameter of its own (see <see cref="ParameterTable"/>), so that polynomials are forms too.
/// </summary>
internal sealed class LinearForm : IEquatable<LinearForm>
{
    private readonly int _hash;

    private LinearForm(Rational constant, ImmutableArray<LinearTerm> terms)
    {
        Constant = constant;
        Terms = terms;
        HashCode hash = default;
        hash.Add(constant);
        foreach (LinearTerm term in terms)
        {
            hash.Add(term);
        }

        _hash = hash.ToHashCode();
    }

    public static LinearForm Zero { get; } = new(Rational.Zero, []);

    public Rational Constant { get; }

    public ImmutableArray<LinearTerm> Terms { get; }

    public bool IsConstant => Terms.IsEmpty;

    public bool IsZero => Terms.IsEmpty && Constant.IsZero;

    public static LinearForm Of(Rational constant) => constant.IsZero ? Zero : new(constant, []);

    public static LinearForm Of(SortedDictionary<int, Rational> coefficients) =>
        new(Rational.Zero, [.. coefficients.Where(pair => !pair.Value.IsZero).Select(pair => new LinearTerm(pair.Key, pair.Value))]);

    public static LinearForm Parameter(int number) => new(Rational.Zero, [new LinearTerm(number, Rational.One)]);

    public static LinearForm operator +(LinearForm left, LinearForm right) => Combine(left, right, Rational.One);

    public static LinearForm operator -(LinearForm left, LinearForm right) => Combine(left, right, -Rational.One);

    public static LinearForm operator -(LinearForm value) => (-Rational.One) * value;

    public static LinearForm operator *(Rational factor, LinearForm form)
    {
        if (factor.IsZero)
        {
            return Zero;
        }

        return factor == Rational.One ? form : new LinearForm(factor * form.Constant, [.. form.Terms.Select(term => new LinearTerm(term.Parameter, factor * term.Coefficient))]);
    }

    public Rational At(IReadOnlyList<Rational> values)
    {
        Rational sum = Constant;
        foreach (LinearTerm term in Terms)
        {
            sum += term.Coefficient * values[term.Parameter];
        }

        return sum;
    }

    public bool Equals(LinearForm? other) => other is not null && (ReferenceEquals(this, other) || (_hash == other._hash && Constant == other.Constant && Terms.SequenceEqual(other.Terms)));

    public override bool Equals(object? obj) => Equals(obj as LinearForm);

    public override int GetHashCode() => _hash;

    private static LinearForm Combine(LinearForm left, LinearForm right, Rational factor)
    {
        if (right.IsZero)
        {
            return left;
        }

        ImmutableArray<LinearTerm>.Builder terms = ImmutableArray.CreateBuilder<LinearTerm>(left.Terms.Length + right.Terms.Length);
        int l = 0;
        int r = 0;
        while (l < left.Terms.Length || r < right.Terms.Length)
        {
            int order = l == left.Terms.Length ? 1 : r == right.Terms.Length ? -1 : left.Terms[l].Parameter.CompareTo(right.Terms[r].Parameter);
            LinearTerm next = order < 0 ? left.Terms[l]
                : new LinearTerm(right.Terms[r].Parameter, (order == 0 ? left.Terms[l].Coefficient : Rational.Zero) + (factor * right.Terms[r].Coefficient));
            l += order <= 0 ? 1 : 0;
            r += order >= 0 ? 1 : 0;
            if (!next.Coefficient.IsZero)
            {
                terms.Add(next);
            }
        }

        return new LinearForm(left.Constant + (factor * right.Constant), terms.ToImmutable());
    }
}
