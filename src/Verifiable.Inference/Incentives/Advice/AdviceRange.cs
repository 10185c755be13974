using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>An interval in which a parameter is known to lie, both ends included. <c>default</c> is the point 0.</summary>
/// <param name="Least">The lower end.</param>
/// <param name="Greatest">The upper end, at least the lower.</param>
public readonly record struct AdviceRange(Rational Least, Rational Greatest)
{
    /// <summary>Gets a value indicating whether the interval is one point.</summary>
    public bool IsPoint => Least == Greatest;

    /// <summary>Gives the Clopper–Pearson interval of a measured rate: see <see cref="MeasuredRate"/>.</summary>
    /// <param name="successes">How often it happened.</param>
    /// <param name="trials">How often it could have happened.</param>
    /// <param name="confidence">The probability with which the interval is to contain the true rate, in (0, 1), for both sides together.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static AdviceRange Measured(long successes, long trials, decimal confidence)
    {
        decimal each = 1m - ((1m - confidence) / 2m);
        return new AdviceRange(MeasuredRate.LowerLimit(successes, trials, each), MeasuredRate.UpperLimit(successes, trials, each));
    }
}
