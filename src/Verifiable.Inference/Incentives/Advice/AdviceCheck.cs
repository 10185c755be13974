using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>What a configuration is worth, over a box of parameters and with a safety margin. Made by <see cref="IncentiveAdvisor.Check"/> only; immutable.</summary>
public sealed record AdviceCheck
{
    internal AdviceCheck(AdviceModel model) => Model = model;

    /// <summary>Gets the model that was examined.</summary>
    public AdviceModel Model { get; }

    /// <summary>Gets every condition in its worst case, in the model's order.</summary>
    public ImmutableArray<AdviceFinding> Findings { get; internal init; } = [];

    /// <summary>Gets a value indicating whether cheating pays nowhere in the box.</summary>
    public bool IsSecure => Findings.All(finding => finding.Condition.Kind != AdviceConditionKind.Deterrence || finding.IsMet) && Findings.Length > 0;

    /// <summary>Gets a value indicating whether all conditions are met everywhere in the box.</summary>
    public bool IsMet => Findings.All(finding => finding.IsMet) && Findings.Length > 0;

    /// <summary>Gets why the worst case is believed.</summary>
    public WorstCaseProof Proof { get; internal init; }

    /// <summary>Gets what one verified inference costs in computations at the examined values.</summary>
    public Rational ExpectedCost { get; internal init; }

    /// <summary>Gets the changes of one parameter each that would meet all conditions: first those that the designer can make, the smallest relative change first; then what would have to be otherwise.</summary>
    public ImmutableArray<AdviceRepair> Repairs { get; internal init; } = [];

    /// <summary>Gets the least change that repairs; <see langword="null"/> when nothing is broken, or no change of one parameter suffices.</summary>
    public AdviceRepair? LeastRepair => Repairs.IsEmpty ? null : Repairs[0];

    /// <summary>Gets the result in plain sentences.</summary>
    public string Explanation => AdviceText.Explain(this);
}
