namespace Verifiable.Inference.SideBySide;

/// <summary>How long to measure.</summary>
/// <param name="WarmUp">How long each engine runs before anything counts.</param>
/// <param name="Rounds">How often the engines take turns.</param>
/// <param name="Turn">How long a turn is, at least one run.</param>
/// <param name="Processes">How many child processes of each engine are measured.</param>
internal sealed record Pace(TimeSpan WarmUp, int Rounds, TimeSpan Turn, int Processes)
{
    internal static Pace Full { get; } = new(TimeSpan.FromSeconds(2), 10, TimeSpan.FromSeconds(0.4), 5);

    internal static Pace Quick { get; } = new(TimeSpan.FromSeconds(0.2), 2, TimeSpan.FromSeconds(0.05), 1);
}
