using Verifiable.Inference.Incentives.Dynamics;

namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>
/// Intervals for the mean of bounded values that hold at all times at once: whoever looks after every value, and stops when it likes the interval, is still wrong with probability α at most. So a simulation
/// may stop as soon as it knows enough. Not thread-safe.
/// </summary>
/// <remarks>
/// The empirical-Bernstein confidence sequence with predictable plug-in of Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", Journal of the Royal Statistical Society B 86,
/// 2024, theorem 2, with bets of at most ½; after Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 49, 2021. Assumption: given all values before it, each value has the same mean and is within the
/// bounds. The intersection of all intervals so far is kept. With probability α at most it becomes empty; otherwise that it is empty shows that the assumption does not hold.
/// </remarks>
public sealed class ConfidenceSequence
{
    private const double GreatestBet = 0.5;

    private readonly double _logTerm;
    private double _sum = 0.5;
    private double _squares = 0.25;
    private double _bets;
    private double _weighted;
    private double _spread;
    private double _low;
    private double _high = 1;

    /// <summary>Creates a sequence without values.</summary>
    /// <param name="least">The least value that can be.</param>
    /// <param name="greatest">The greatest value that can be, above the least.</param>
    /// <param name="errorProbability">α, in (0, 1): the probability that the mean is ever outside. The default is 0.05.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bounds are not finite and in order, or α is out of range.</exception>
    public ConfidenceSequence(double least, double greatest, double errorProbability = 0.05)
    {
        if (!double.IsFinite(least))
        {
            throw new ArgumentOutOfRangeException(nameof(least), least, "Expected a finite number.");
        }

        if (!double.IsFinite(greatest - least) || !(greatest > least))
        {
            throw new ArgumentOutOfRangeException(nameof(greatest), greatest, "Expected a finite number above the least value.");
        }

        if (!(errorProbability is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(errorProbability), errorProbability, "Expected a probability between 0 and 1.");
        }

        Least = least;
        Greatest = greatest;
        ErrorProbability = errorProbability;
        _logTerm = StableFunctions.Log(2 / errorProbability);
    }

    /// <summary>Gets the least value that can be.</summary>
    public double Least { get; }

    /// <summary>Gets the greatest value that can be.</summary>
    public double Greatest { get; }

    /// <summary>Gets α.</summary>
    public double ErrorProbability { get; }

    /// <summary>Gets the number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the lower end of the interval.</summary>
    public double Low => Least + (_low * (Greatest - Least));

    /// <summary>Gets the upper end of the interval.</summary>
    public double High => Least + (_high * (Greatest - Least));

    /// <summary>Gets a value indicating whether no mean fits all that was seen: <see cref="Low"/> is above <see cref="High"/>.</summary>
    public bool IsEmpty => _low > _high;

    /// <summary>Gets half the length of the interval; ∞ where it is empty, so that nobody who waits for a short one stops at a contradiction.</summary>
    public double HalfWidth => IsEmpty ? double.PositiveInfinity : (High - Low) / 2;

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value, within the bounds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the bounds: the assumption does not hold.</exception>
    public void Add(double value)
    {
        if (!(value >= Least && value <= Greatest))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a value from {Least} to {Greatest}.");
        }

        double x = (value - Least) / (Greatest - Least);

        // The bet is chosen before the value is seen: from the mean and the spread of those before it.
        double mean = _sum / (Count + 1);
        double variance = _squares / (Count + 1);
        Count++;
        double bet = Math.Min(GreatestBet, Math.Sqrt(2 * _logTerm / (variance * Count * StableFunctions.Log(1 + Count))));
        double surprise = 4 * (x - mean) * (x - mean);
        _spread += surprise * (-StableFunctions.Log(1 - bet) - bet) / 4;
        _weighted += bet * x;
        _bets += bet;
        _sum += x;
        double now = _sum / (Count + 1);
        _squares += (x - now) * (x - now);
        double centre = _weighted / _bets;
        double half = (_logTerm + _spread) / _bets;
        _low = Math.Max(_low, centre - half);
        _high = Math.Min(_high, centre + half);
    }
}
