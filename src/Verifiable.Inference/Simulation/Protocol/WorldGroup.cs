namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>The books of one group in one world. Not thread-safe.</summary>
internal sealed class WorldGroup(BehaviorGroup group, int tasks)
{
    public BehaviorGroup Group { get; } = group;

    public long[] Profits { get; } = new long[tasks];

    public double[] AuditControls { get; } = new double[tasks];

    public long Assertions { get; set; }

    public long AuditedAssertions { get; set; }

    public long Convictions { get; set; }

    public long HonestRuns { get; set; }

    public long SubstituteRuns { get; set; }

    public long IdleAnswers { get; set; }

    public long MissedTasks { get; set; }
}
