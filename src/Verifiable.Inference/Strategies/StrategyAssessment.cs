using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Advice;

namespace Verifiable.Inference.Strategies;

/// <summary>What the terms of a strategy promise before it is run: the numbers that every strategy can state. Amounts are in ledger units a task. Immutable.</summary>
public abstract record StrategyAssessment
{
    /// <summary>Gets what honesty earns.</summary>
    public abstract decimal HonestPayoff { get; }

    /// <summary>Gets what the best known cheat earns that knows its role.</summary>
    public abstract decimal DishonestPayoff { get; }

    /// <summary>Gets by how much honesty is better for a cheat that knows its role.</summary>
    public decimal Margin => HonestPayoff - DishonestPayoff;

    /// <summary>Gets a value indicating whether honesty pays strictly more, with the strategy's own safety margin.</summary>
    public abstract bool IsHonestySecure { get; }

    /// <summary>Gets a value indicating whether honesty is the only equilibrium.</summary>
    public abstract bool IsHonestyTheOnlyEquilibrium { get; }

    /// <summary>Gets the probability that one wrong answer is caught.</summary>
    public abstract decimal DetectionProbability { get; }

    /// <summary>Gets what one verified inference costs, in inferences, when everybody is honest.</summary>
    public abstract decimal ExpectedCost { get; }

    /// <summary>Gets the largest coalition share of stake up to which honesty stays secure; <see langword="null"/> when it is secure against none.</summary>
    public abstract decimal? BreakingCoalitionShare { get; }

    /// <summary>Gets the longest time from request to outcome when everybody answers just in time.</summary>
    public abstract TimeSpan WorstLatency { get; }

    /// <summary>Gets what must hold for these numbers to mean anything, one sentence each.</summary>
    public abstract ImmutableArray<string> Assumptions { get; }

    /// <summary>Gets everything that is wrong with the terms, one sentence each with the least change that repairs it; empty when nothing is.</summary>
    public abstract ImmutableArray<string> Shortcomings { get; }

    /// <summary>Gets the terms as exact conditions, for the advisor; <see langword="null"/> where the strategy states none, or where nobody is slashed by what it measures.</summary>
    public virtual AdviceModel? Model => null;

    /// <summary>Examines the terms in their worst case over a box of parameters, exactly, with the least change that repairs them.</summary>
    /// <param name="options">The box and the safety margin; none of both by default.</param>
    /// <returns>The result; <see langword="null"/> without a <see cref="Model"/>.</returns>
    /// <exception cref="ArgumentException">The options do not fit the model.</exception>
    public AdviceCheck? Examine(AdviceOptions? options = null) => Model is { } model ? IncentiveAdvisor.Check(model, options) : null;

    /// <summary>Finds the least value of one of the terms by which all conditions are met, the others held.</summary>
    /// <param name="symbol">The parameter, one of <see cref="Model"/>.</param>
    /// <param name="options">The box and the safety margin; none of both by default.</param>
    /// <exception cref="InvalidOperationException">There is no <see cref="Model"/>.</exception>
    /// <exception cref="ArgumentException">The model has no such parameter, or the options do not fit it.</exception>
    public AdvisedValue Minimize(string symbol, AdviceOptions? options = null) =>
        IncentiveAdvisor.Minimize(Model ?? throw new InvalidOperationException("Expected a strategy that states its conditions; this one has no model."), symbol, options);

    /// <summary>Refuses terms under which cheating pays, by the strategy's own judgement or by the advisor's.</summary>
    internal void ThrowIfInsecure(bool isAllowed, string allowance, string parameterName)
    {
        if (isAllowed)
        {
            return;
        }

        AdviceCheck? check = Examine();
        if (!IsHonestySecure || check is { IsSecure: false })
        {
            throw new ArgumentException(
                $"Cheating pays under these terms; change them, or set {allowance}. {string.Join(' ', Shortcomings.Append(check is { IsMet: false } ? check.Explanation : string.Empty))}".TrimEnd(), parameterName);
        }
    }
}
