namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>What became of the tasks of one world, without the world: its ledger takes kilobytes a task, and many worlds are run. Not thread-safe.</summary>
internal sealed class WorldResult(WorldGroup[] groups, int tasks)
{
    public WorldGroup[] Groups { get; } = groups;

    public long[] Outcomes { get; } = new long[tasks];

    public long Accepted { get; set; }

    public long Rejected { get; set; }

    public long UndetectedFrauds { get; set; }

    public long Computations { get; set; }
}
