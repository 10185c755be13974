using System.Collections.Immutable;
using Verifiable.Inference.Simulation.Statistics;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>What became of one group of a protocol simulation. Immutable.</summary>
public sealed record GroupResult
{
    /// <summary>Gets who it is.</summary>
    public required BehaviorGroup Group { get; init; }

    /// <summary>Gets what the group earned in each task, in units: what its accounts gained less what its computations cost.</summary>
    public required ImmutableArray<long> Profits { get; init; }

    /// <summary>Gets for each task the control variate (audited − p)·(1 if one of the group was the first to answer): its mean is 0 by the law of the coin. All are 0 under a quorum, whose
    /// escalations contradiction calls too.</summary>
    public required ImmutableArray<double> AuditControls { get; init; }

    /// <summary>Gets the number of tasks that one of the group was the first to answer.</summary>
    public required long Assertions { get; init; }

    /// <summary>Gets the number of those that were audited.</summary>
    public required long AuditedAssertions { get; init; }

    /// <summary>Gets how often one of the group was slashed when the outcome was told. What a quorum settles later, of seats that it did not need, is in the profits only.</summary>
    public required long Convictions { get; init; }

    /// <summary>Gets the number of honest computations.</summary>
    public required long HonestRuns { get; init; }

    /// <summary>Gets the number of runs of the cheap model.</summary>
    public required long SubstituteRuns { get; init; }

    /// <summary>Gets the number of answers that cost nothing: noise and copies.</summary>
    public required long IdleAnswers { get; init; }

    /// <summary>Gets the number of tasks that one of the group took and did not answer in time, or did not reveal.</summary>
    public required long MissedTasks { get; init; }

    /// <summary>Gets what the group earned a task, with its error.</summary>
    public MeanEstimate ProfitPerTask => MeanEstimate.Of(Profits);

    /// <summary>Gets what the group earned a task, by help of the control variate: without bias, and with a smaller error where audits are what varies.</summary>
    public MeanEstimate ControlledProfitPerTask => ControlVariate.Estimate([.. Profits.Select(static profit => (double)profit)], AuditControls, 0);

    /// <summary>Gets what the group earned for each task that one of it was the first to answer; NaN where there was none.</summary>
    public double ProfitPerAssertion => Assertions == 0 ? double.NaN : Profits.Sum() / (double)Assertions;
}
