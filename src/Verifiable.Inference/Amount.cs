using System.Globalization;

namespace Verifiable.Inference;

/// <summary>An amount of money in the ledger's integer units, from 0 to 2^64 − 1. Arithmetic is checked: what does not fit throws. <c>default</c> is nothing.</summary>
/// <param name="Units">The number of units.</param>
public readonly record struct Amount(ulong Units) : IComparable<Amount>
{
    /// <summary>Gets no money.</summary>
    public static Amount Zero => default;

    /// <summary>Adds two amounts.</summary>
    /// <exception cref="OverflowException">The sum does not fit.</exception>
    public static Amount operator +(Amount left, Amount right) => new(checked(left.Units + right.Units));

    /// <summary>Subtracts an amount.</summary>
    /// <exception cref="OverflowException">The right amount is the larger.</exception>
    public static Amount operator -(Amount left, Amount right) => new(checked(left.Units - right.Units));

    /// <summary>Multiplies an amount by a count.</summary>
    /// <exception cref="OverflowException">The product does not fit.</exception>
    public static Amount operator *(Amount amount, ulong count) => new(checked(amount.Units * count));

    /// <summary>Tells whether the left amount is smaller.</summary>
    public static bool operator <(Amount left, Amount right) => left.Units < right.Units;

    /// <summary>Tells whether the left amount is larger.</summary>
    public static bool operator >(Amount left, Amount right) => left.Units > right.Units;

    /// <summary>Tells whether the left amount is not larger.</summary>
    public static bool operator <=(Amount left, Amount right) => left.Units <= right.Units;

    /// <summary>Tells whether the left amount is not smaller.</summary>
    public static bool operator >=(Amount left, Amount right) => left.Units >= right.Units;

    /// <summary>Adds two amounts that may come from outside.</summary>
    /// <returns><see langword="false"/> when the sum does not fit.</returns>
    public static bool TryAdd(Amount left, Amount right, out Amount sum)
    {
        bool fits = left.Units <= ulong.MaxValue - right.Units;
        sum = fits ? left + right : default;
        return fits;
    }

    /// <inheritdoc/>
    public int CompareTo(Amount other) => Units.CompareTo(other.Units);

    /// <summary>Writes the number of units.</summary>
    public override string ToString() => Units.ToString(CultureInfo.InvariantCulture);
}
