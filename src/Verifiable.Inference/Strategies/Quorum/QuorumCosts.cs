using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>What the terms of a <see cref="QuorumStrategy"/> do not say and its assessment needs, in ledger units. Immutable.</summary>
public sealed record QuorumCosts
{
    /// <summary>Gets what computing an answer honestly costs, C.</summary>
    public required decimal HonestCost { get; init; }

    /// <summary>Gets what the cheapest plausible substitute costs, c. The default is 0.</summary>
    public decimal SubstituteCost { get; init; }

    /// <summary>Gets the share r of all stake that one coalition may hold, over any number of identities. The default is 0.1.</summary>
    public decimal CoalitionShare { get; init; } = 0.1m;

    /// <summary>Gets the share of the deciding committee's stake, without the first committee's, that is dishonest or runs the same cheap substitute. The default is the coalition's.</summary>
    public decimal? DishonestVoterShare { get; init; }

    /// <summary>Gets what a coalition gains beside the rewards when its wrong output is accepted. The default is 0.</summary>
    public decimal FraudValue { get; init; }

    /// <summary>Gets the number of providers, for <see cref="QuorumOptions.AsManyAsProviders"/>. The default is 101.</summary>
    public int Providers { get; init; } = 101;

    /// <summary>Puts the costs and a strategy's terms together.</summary>
    public QuorumEconomics ToEconomics(QuorumOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (int seats, int threshold, int escalationSeats) = options.SizesFor(Providers);
        return new QuorumEconomics
        {
            HonestCost = HonestCost,
            SubstituteCost = SubstituteCost,
            CoalitionShare = CoalitionShare,
            DishonestVoterShare = DishonestVoterShare,
            FraudValue = FraudValue,
            Reward = options.Reward.Units,
            Slash = options.Slash.Units,
            Bounty = options.Bounty.Units,
            Seats = seats,
            Threshold = threshold,
            EscalationSeats = escalationSeats,
            EscalationRate = (decimal)options.EscalationRate,
            MaxAttempts = options.EscalationAttempts,
            WaitsForAll = options.WaitsForAll,

            // By draws that the requester could steer nobody loses stake for a wrong output.
            Convicts = options.Beacon is not null,
        };
    }

    /// <summary>Lists everything wrong with these numbers; empty when they can be used.</summary>
    internal IEnumerable<string> Validate()
    {
        foreach ((string name, decimal value, decimal greatest) in ((string, decimal, decimal)[])
            [
                (nameof(HonestCost), HonestCost, SamplingEconomics.GreatestAmount),
                (nameof(SubstituteCost), SubstituteCost, HonestCost),
                (nameof(FraudValue), FraudValue, SamplingEconomics.GreatestAmount),
                (nameof(CoalitionShare), CoalitionShare, 1),
                (nameof(DishonestVoterShare), DishonestVoterShare ?? 0, 1),
            ])
        {
            if (value < 0 || value > greatest)
            {
                yield return $"{name} must be 0 to {greatest}, got {value}.";
            }
        }

        if (Providers is < 1 or > QuorumOptions.MaxSeats)
        {
            yield return $"{nameof(Providers)} must be 1 to {QuorumOptions.MaxSeats}, got {Providers}.";
        }
    }
}
