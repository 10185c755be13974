namespace Verifiable.Inference.Incentives.Games;

/// <summary>
/// Bounds how much a solver or a checker does. Steps are counted, not time, so that the same call stops at the same place on every machine; a step is at most some thousand
/// elementary operations. Whoever is stopped reports what it had. <c>default</c> is <see cref="Ordinary"/>.
/// </summary>
public readonly record struct WorkLimit
{
    private readonly long _steps;

    /// <summary>Initializes a limit.</summary>
    /// <param name="steps">The greatest number of steps, at least 1.</param>
    /// <param name="cancellationToken">Stops the work early; looked at every few steps. Cancelling throws nothing: the result says so.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is not positive.</exception>
    public WorkLimit(long steps, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        _steps = steps;
        CancellationToken = cancellationToken;
    }

    /// <summary>The steps of <see cref="Ordinary"/>, 100 million: some minutes at most.</summary>
    public const long OrdinarySteps = 100_000_000;

    /// <summary>Gets the limit that is used where none is given.</summary>
    public static WorkLimit Ordinary => default;

    /// <summary>Gets the greatest number of steps.</summary>
    public long Steps => _steps == 0 ? OrdinarySteps : _steps;

    /// <summary>Gets what stops the work early.</summary>
    public CancellationToken CancellationToken { get; }
}
