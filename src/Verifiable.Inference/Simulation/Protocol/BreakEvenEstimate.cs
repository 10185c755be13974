using System.Collections.Immutable;
using Verifiable.Inference.Simulation.Statistics;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>
/// Where, by simulation of the real protocol, cheating stops to pay: the audit probability at which a group earns as much by its behavior as by honesty. Immutable.
/// </summary>
/// <remarks>
/// What a cheat gains a task is linear in the audit probability, because a task is audited or not. It is measured at two probabilities, each as the mean of differences to a run under common random numbers in
/// which the group is honest, with audits as control variate; the line through both is 0 at the estimate. The error is that of the line, to first order.
/// </remarks>
/// <param name="Value">The audit probability.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="GainAtLow">What the cheat gains a task at the lower probability.</param>
/// <param name="GainAtHigh">What it gains at the higher one.</param>
public sealed record BreakEvenEstimate(double Value, double StandardError, MeanEstimate GainAtLow, MeanEstimate GainAtHigh)
{
    /// <summary>Gets a value indicating whether the gain is above 0 at the lower probability and below 0 at the higher one, by five standard errors each.</summary>
    public bool IsBracketed => GainAtLow.Mean > 5 * GainAtLow.StandardError && GainAtHigh.Mean < -5 * GainAtHigh.StandardError;

    /// <summary>Estimates a break-even.</summary>
    /// <param name="scenarioAt">Gives the scenario at an audit probability.</param>
    /// <param name="group">The group whose cheat is in question, from 0.</param>
    /// <param name="low">The lower probability.</param>
    /// <param name="high">The higher one.</param>
    /// <param name="tasks">The number of tasks of each of the four runs.</param>
    /// <param name="honesty">What the group does instead: <see cref="NodeBehavior.Honest"/>, or <see cref="NodeBehavior.Sharing"/> for a ring.</param>
    /// <param name="threads">On how many threads each run may go.</param>
    /// <param name="cancellationToken">Ends the runs.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group, or the probabilities are not in order.</exception>
    public static BreakEvenEstimate Estimate(
        Func<double, ProtocolScenario> scenarioAt,
        int group,
        double low,
        double high,
        int tasks,
        NodeBehavior honesty = NodeBehavior.Honest,
        int threads = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scenarioAt);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        MeanEstimate atLow = Gain(scenarioAt(low), group, tasks, honesty, threads, cancellationToken);
        MeanEstimate atHigh = Gain(scenarioAt(high), group, tasks, honesty, threads, cancellationToken);
        double fall = atLow.Mean - atHigh.Mean;
        double lowPart = atHigh.Mean * atLow.StandardError;
        double highPart = atLow.Mean * atHigh.StandardError;
        return new BreakEvenEstimate(
            low + ((high - low) * atLow.Mean / fall),
            (high - low) * Math.Sqrt((lowPart * lowPart) + (highPart * highPart)) / (fall * fall),
            atLow,
            atHigh);
    }

    private static MeanEstimate Gain(ProtocolScenario scenario, int group, int tasks, NodeBehavior honesty, int threads, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(group, scenario.Groups.Length);
        ImmutableArray<BehaviorGroup> honestGroups = scenario.Groups.SetItem(group, scenario.Groups[group] with { Behavior = honesty });
        GroupResult cheating = new ProtocolSimulation(scenario).Run(tasks, threads, null, cancellationToken).Groups[group];
        GroupResult working = new ProtocolSimulation(scenario with { Groups = honestGroups }).Run(tasks, threads, null, cancellationToken).Groups[group];
        return ControlVariate.Estimate([.. cheating.Profits.Zip(working.Profits, static (left, right) => (double)left - right)], cheating.AuditControls, 0);
    }
}
