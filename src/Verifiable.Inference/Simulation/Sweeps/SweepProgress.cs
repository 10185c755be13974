namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>How far a sweep is. <c>default</c> is at the beginning of nothing.</summary>
/// <param name="Done">The number of points whose results are written.</param>
/// <param name="Total">The number of points.</param>
/// <param name="Elapsed">The time since this run began.</param>
/// <param name="Left">About how long the rest takes, at the pace of this run; zero when it cannot be told.</param>
public readonly record struct SweepProgress(long Done, long Total, TimeSpan Elapsed, TimeSpan Left);
