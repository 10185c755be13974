using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>The least value of one parameter by which all conditions are met. Made by <see cref="IncentiveAdvisor"/> only; immutable.</summary>
public sealed record AdvisedValue
{
    internal AdvisedValue(AdviceModel model, AdviceParameter parameter)
    {
        Model = model;
        Parameter = parameter;
    }

    /// <summary>Gets the model that was examined.</summary>
    public AdviceModel Model { get; }

    /// <summary>Gets the parameter that was minimised, with the value that it had.</summary>
    public AdviceParameter Parameter { get; }

    /// <summary>Gets a value indicating whether a value meets all conditions.</summary>
    public bool IsFeasible => Value is not null;

    /// <summary>Gets the least multiple of the unit that meets all conditions; <see langword="null"/> when none does. One unit less meets them not (unless it is 0).</summary>
    public Rational? Value { get; internal init; }

    /// <summary>Gets the exact value that must be exceeded (or reached, where the binding condition is not strict); <see langword="null"/> when no condition asks for a least value.</summary>
    public Rational? Threshold { get; internal init; }

    /// <summary>Gets the exact value that must not be exceeded; <see langword="null"/> when no condition sets one.</summary>
    public Rational? UpperLimit { get; internal init; }

    /// <summary>Gets the condition that sets the threshold, or that cannot be met by any value; <see langword="null"/> when 0 suffices.</summary>
    public AdviceFinding? Binding { get; internal init; }

    /// <summary>Gets the condition that sets the upper limit.</summary>
    public AdviceFinding? BindingAbove { get; internal init; }

    /// <summary>Gets why the worst case is believed.</summary>
    public WorstCaseProof Proof { get; internal init; }

    /// <summary>Gets how the threshold answers to every other parameter, at the corner that binds; empty when 0 suffices or nothing is feasible.</summary>
    public ImmutableArray<AdviceElasticity> Elasticities { get; internal init; } = [];

    /// <summary>Gets, where nothing is feasible, the changes of one other parameter each after which something is; the smallest first, the designer's before the others.</summary>
    public ImmutableArray<AdviceRepair> Repairs { get; internal init; } = [];

    /// <summary>Gets what one verified inference costs in computations at the advised value; <see langword="null"/> when there is none.</summary>
    public Rational? ExpectedCost { get; internal init; }

    /// <summary>Gets what the advice is safe against.</summary>
    internal AdviceOptions Options { get; init; } = new();

    /// <summary>Gets the result in plain sentences.</summary>
    public string Explanation => AdviceText.Explain(this);
}
