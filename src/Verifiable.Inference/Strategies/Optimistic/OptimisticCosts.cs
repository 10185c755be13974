namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>What the terms of an <see cref="OptimisticStrategy"/> do not say and its assessment needs, in ledger units. Immutable.</summary>
public sealed record OptimisticCosts
{
    /// <summary>Gets what computing an answer honestly costs, C.</summary>
    public required decimal HonestCost { get; init; }

    /// <summary>Gets what the cheapest plausible substitute costs, c. The default is 0.</summary>
    public decimal SubstituteCost { get; init; }

    /// <summary>Gets the share r of all stake that one coalition may hold, over any number of identities: so often the recomputer is the cheat's friend. The default is 0.1.</summary>
    public decimal CoalitionShare { get; init; } = 0.1m;

    /// <summary>Gets what an undetected fraud is worth to the cheat, the reward included; <see langword="null"/> (default) for the reward alone, which is what it is worth at least.</summary>
    public decimal? FraudValue { get; init; }

    /// <summary>Gets what one side of a dispute costs beyond one computation of the answer. The default is 10.</summary>
    public decimal DisputeCost { get; init; } = 10;

    /// <summary>Gets what a provider does not earn while it is barred by one challenge. The default is 0.</summary>
    public decimal BarredLoss { get; init; }

    /// <summary>Gets the number of watchers who look for their own gain, n. The default is 1; security never rests on them.</summary>
    public int Watchers { get; init; } = 1;

    /// <summary>Gets the probability of a planted error, f. The default is 0.</summary>
    public decimal ForcedErrorRate { get; init; }

    /// <summary>Gets what all who find a planted error share, J. The default is 0.</summary>
    public decimal Jackpot { get; init; }

    /// <summary>Gets what an overlooked wrong answer costs the requester, Z. The default is 0.</summary>
    public decimal Damage { get; init; }

    /// <summary>Lists everything wrong with these costs; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        foreach ((string name, decimal value) in ((string, decimal)[])[(nameof(SubstituteCost), SubstituteCost), (nameof(DisputeCost), DisputeCost), (nameof(BarredLoss), BarredLoss), (nameof(Jackpot), Jackpot), (nameof(Damage), Damage), (nameof(FraudValue), FraudValue ?? 0)])
        {
            if (value < 0)
            {
                yield return $"{name} must be 0 or more, got {value}.";
            }
        }

        if (HonestCost <= 0 || HonestCost < SubstituteCost)
        {
            yield return $"{nameof(HonestCost)} must be above 0 and at least {nameof(SubstituteCost)}, got {HonestCost}.";
        }

        if (CoalitionShare is < 0 or >= 1 || ForcedErrorRate is < 0 or > 1)
        {
            yield return $"{nameof(CoalitionShare)} must be in [0, 1) and {nameof(ForcedErrorRate)} in [0, 1], got {CoalitionShare} and {ForcedErrorRate}.";
        }

        if (Watchers is < 0 or > 1_000_000)
        {
            yield return $"{nameof(Watchers)} must be 0 to 1000000, got {Watchers}.";
        }
    }
}
