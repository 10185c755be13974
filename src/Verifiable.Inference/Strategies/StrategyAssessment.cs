using System.Collections.Immutable;

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
}
