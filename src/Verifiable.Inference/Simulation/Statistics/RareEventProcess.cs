namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>
/// A process that rarely gets far: say a provider that cheats on and on and is caught sooner or later. Derive from it to estimate by <see cref="Splitting"/> how rarely. Implementations are pure and
/// thread-safe.
/// </summary>
public abstract class RareEventProcess
{
    /// <summary>The state of a process that has ended: −1.</summary>
    public const long Ended = -1;

    /// <summary>Gets the first state, 0 or more.</summary>
    public abstract long Start { get; }

    /// <summary>Gives the next state.</summary>
    /// <param name="state">The present state, 0 or more.</param>
    /// <param name="uniform">A uniform number in [0, 1): the process's chance of this step.</param>
    /// <returns>The next state, 0 or more, or <see cref="Ended"/>.</returns>
    public abstract long Advance(long state, double uniform);

    /// <summary>Says how far a state is: 0 at the start; a process reaches a level when this is at least it.</summary>
    /// <param name="state">The state, 0 or more.</param>
    public abstract int LevelOf(long state);
}
