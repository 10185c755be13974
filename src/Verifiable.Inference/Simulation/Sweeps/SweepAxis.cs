namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>A parameter that a sweep varies. Immutable.</summary>
/// <param name="Name">The name, a column of the results: 1 to 64 letters, digits, dots, dashes or underscores.</param>
/// <param name="Low">The least value, finite.</param>
/// <param name="High">The greatest value, finite, at least the least.</param>
public sealed record SweepAxis(string Name, double Low, double High)
{
    /// <summary>Gets a value indicating whether values are spread evenly in their logarithm; both ends are then above 0. The default is no.</summary>
    public bool IsLogarithmic { get; init; }

    internal double At(double fraction)
    {
        if (fraction <= 0 || Low == High)
        {
            return Low;
        }

        if (fraction >= 1)
        {
            return High;
        }

        double value = IsLogarithmic
            ? Low * Incentives.Dynamics.StableFunctions.Exp(fraction * Incentives.Dynamics.StableFunctions.Log(High / Low))
            : Low + (fraction * (High - Low));
        return Math.Clamp(value, Low, High);
    }

    internal void ThrowIfWrong()
    {
        SweepNames.ThrowIfWrong(Name);
        if (!double.IsFinite(Low) || !double.IsFinite(High) || High < Low || !double.IsFinite(High - Low) || (IsLogarithmic && !(Low > 0)))
        {
            throw new ArgumentException($"Expected finite ends in order, above 0 where spread by logarithm, got {Name} from {Low} to {High}.");
        }
    }
}
