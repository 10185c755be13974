using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// The arithmetic of the certificate verifier, which counts what each operation costs before it is done: numbers of a hostile certificate grow with every sum. Throws
/// <see cref="OperationCanceledException"/> when the limit is reached or the caller cancels; the verifier makes a verdict of it. Not thread-safe.
/// </summary>
internal sealed class CountedArithmetic(WorkLimit limit)
{
    // The greatest common divisor of numbers of w words takes some w² elementary operations.
    private const long OperationsOfStep = 1024;

    private readonly WorkMeter _meter = new(limit);

    internal Rational Plus(Rational left, Rational right)
    {
        Count(left, right);
        return left + right;
    }

    internal Rational Minus(Rational left, Rational right)
    {
        Count(left, right);
        return left - right;
    }

    internal Rational Times(Rational left, Rational right)
    {
        Count(left, right);
        return left * right;
    }

    internal Rational Over(Rational left, Rational right)
    {
        Count(left, right);
        return left / right;
    }

    internal Rational Sum(IEnumerable<Rational> terms) => terms.Aggregate(Rational.Zero, Plus);

    /// <summary>Counts one step, for work that is no arithmetic.</summary>
    internal void Count() => Count(default, default);

    private void Count(Rational left, Rational right)
    {
        long words = left.IsNarrow && right.IsNarrow ? 0 : Words(left) + Words(right);
        if (!_meter.TrySpend(1 + (words * words / OperationsOfStep)))
        {
            throw new OperationCanceledException("The certificate asks for more work than is allowed.");
        }
    }

    private static long Words(Rational value) => value.IsNarrow ? 4 : (value.Numerator.GetBitLength() + value.Denominator.GetBitLength()) / 64;
}
