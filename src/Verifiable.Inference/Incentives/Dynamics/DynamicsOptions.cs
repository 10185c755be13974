namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>How a path is followed. Immutable.</summary>
public sealed record DynamicsOptions
{
    /// <summary>Gets the number of samples besides the start, 1 to 10 million. The default is 500.</summary>
    public int Samples { get; init; } = 500;

    /// <summary>Gets the number of steps of the integrator between two samples, 1 to a million. The default is 8.</summary>
    public int StepsPerSample { get; init; } = 8;

    /// <summary>Gets what stops the path early; it then has the samples that it had.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate()
    {
        if (Samples is < 1 or > 10_000_000)
        {
            yield return $"{nameof(Samples)} must be 1 to 10000000, got {Samples}.";
        }

        if (StepsPerSample is < 1 or > 1_000_000)
        {
            yield return $"{nameof(StepsPerSample)} must be 1 to 1000000, got {StepsPerSample}.";
        }
    }

    internal static DynamicsOptions Checked(DynamicsOptions? options, double duration)
    {
        options ??= new DynamicsOptions();
        if (!(duration > 0) || !double.IsFinite(duration))
        {
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "Expected a finite duration above 0.");
        }

        string[] faults = [.. options.Validate()];
        return faults.Length == 0 ? options : throw new ArgumentException(string.Join(" ", faults), nameof(options));
    }
}
