using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives;

/// <summary>Holds what a quorum configuration is worth. Made by <see cref="QuorumIncentives.Assess"/> only; immutable.</summary>
public sealed record QuorumAssessment
{
    internal QuorumAssessment(QuorumEconomics economics) => Economics = economics;

    /// <summary>Gets the numbers that were assessed.</summary>
    public QuorumEconomics Economics { get; }

    /// <summary>Gets the number of seats k with which cheating is most tempting to a coalition that knows how many it holds.</summary>
    public int MostTemptingSeats { get; internal init; }

    /// <summary>Gets what honesty earns with these seats, kR − C.</summary>
    public decimal HonestPayoff { get; internal init; }

    /// <summary>Gets what the best cheat earns with these seats.</summary>
    public decimal DishonestPayoff { get; internal init; }

    /// <summary>Gets a value indicating whether honesty pays strictly more with every number of seats.</summary>
    public bool IsHonestySecure { get; internal init; }

    /// <summary>Gets a value indicating whether honesty is the only equilibrium: a single honest seat among seats that all run the same cheap model gains by contradicting them.</summary>
    public bool IsHonestyTheOnlyEquilibrium { get; internal init; }

    /// <summary>Gets a value indicating whether an honest seat earns more than computing costs.</summary>
    public bool DoHonestSeatsParticipate { get; internal init; }

    /// <summary>Gets the probability that a coalition holds enough seats to meet no contradiction, P(Bin(n, r) &gt; T), or rⁿ where everybody is waited for.</summary>
    public decimal CaptureProbability { get; internal init; }

    /// <summary>Gets the probability that a coalition that cheats whenever it holds a seat has its wrong output accepted.</summary>
    public decimal WinProbability { get; internal init; }

    /// <summary>Gets the probability that one wrong answer is not accepted, given that the coalition holds a seat.</summary>
    public decimal DetectionProbability { get; internal init; }

    /// <summary>Gets the probability that the second committee goes to the coalition, e = P(Bin(m, r′) &gt; m / 2).</summary>
    public decimal DecisionError { get; internal init; }

    /// <summary>Gets the same for a requester of the coalition who lies about refusals to draw again, with 1 − (1 − r′)^attempts in place of r′: the probability that an honest seat which it contradicts on purpose is convicted.</summary>
    public decimal FalseConvictionProbability { get; internal init; }

    /// <summary>Gets what an accepted fraud is expected to cost the least coalition that meets no contradiction, a(1 − e)k(R + S).</summary>
    public decimal CostOfCorruption { get; internal init; }

    /// <summary>Gets what it brings, F + Δ.</summary>
    public decimal ProfitFromCorruption { get; internal init; }

    /// <summary>Gets the stake of that coalition that the task reserves, kS, over the value at risk F: 1 or more means that what is lost could be made good. <see langword="null"/> where nothing but the reward is at risk.</summary>
    public decimal? CoverageRatio { get; internal init; }

    /// <summary>Gets the budget of a p + ε bribery of the deciding committee, ⌊(m − 1) / 2⌋(R + S), which is spent only if it fails.</summary>
    public decimal BriberyBudget { get; internal init; }

    /// <summary>Gets the least slash for a seat; <see langword="null"/> when none suffices. To be exceeded.</summary>
    public decimal? LeastSlash { get; internal init; }

    /// <summary>Gets the least escalation rate; <see langword="null"/> when none in [0, 1) suffices. To be exceeded.</summary>
    public decimal? LeastEscalationRate { get; internal init; }

    /// <summary>Gets the bounty that makes honesty the only equilibrium; <see langword="null"/> when none does. To be exceeded.</summary>
    public decimal? LeastBounty { get; internal init; }

    /// <summary>Gets what one verified inference costs in computations among honest providers, n + am.</summary>
    public decimal ExpectedCost { get; internal init; }

    /// <summary>Gets the largest coalition share, to a millionth, up to which honesty stays secure; <see langword="null"/> when it is secure against none.</summary>
    public decimal? BreakingCoalitionShare { get; internal init; }

    /// <summary>Gets what must hold for these numbers to mean anything.</summary>
    public ImmutableArray<string> Assumptions { get; internal init; } = [];

    /// <summary>Gets what is wrong, each with the least change that repairs it.</summary>
    public ImmutableArray<string> Shortcomings { get; internal init; } = [];
}
