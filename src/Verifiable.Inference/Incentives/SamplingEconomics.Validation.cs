using System.Globalization;

namespace Verifiable.Inference.Incentives;

public sealed partial record SamplingEconomics
{
    /// <summary>The greatest amount of money that is taken, 10^18 units; beyond it 28 digits would not hold the products.</summary>
    public const decimal GreatestAmount = 1_000_000_000_000_000_000m;

    /// <summary>The greatest number of validators or voter seats that is taken.</summary>
    public const int GreatestCount = 1001;

    /// <summary>Lists everything wrong with these numbers, one sentence a fault; empty when they can be assessed.</summary>
    /// <returns>The faults, in the order of the properties. A configuration in which cheating pays is not a fault.</returns>
    public IEnumerable<string> Validate()
    {
        foreach (string fault in ValidateMoney())
        {
            yield return fault;
        }

        foreach ((string name, decimal value) in Probabilities())
        {
            if (value is < 0m or > 1m)
            {
                yield return Text($"{name} must be in [0, 1], got {value}.");
            }
        }

        if (ValidatorCount is < 1 or > GreatestCount)
        {
            yield return Text($"{nameof(ValidatorCount)} must be in [1, {GreatestCount}], got {ValidatorCount}.");
        }

        if (!Enum.IsDefined(Adjudicator))
        {
            yield return Text($"{nameof(Adjudicator)} must be one of the named kinds, got {(int)Adjudicator}.");
        }

        if (Adjudicator == AdjudicatorKind.MajorityVote && VoterSeats is < 1 or > GreatestCount)
        {
            yield return Text($"{nameof(VoterSeats)} must be in [1, {GreatestCount}] when a vote decides, got {VoterSeats}.");
        }
    }

    internal void ThrowIfInvalid(string parameterName)
    {
        List<string> faults = [.. Validate()];
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), parameterName);
        }
    }

    private IEnumerable<string> ValidateMoney()
    {
        bool allInRange = true;
        foreach ((string name, decimal value) in Amounts())
        {
            if (value is < 0m or > GreatestAmount)
            {
                allInRange = false;
                yield return Text($"{name} must be in [0, {GreatestAmount}], got {value}.");
            }
        }

        if (!allInRange)
        {
            // The sums below could leave decimal's range, and a relation between wrong numbers says nothing.
            yield break;
        }

        if (HonestCost == 0m)
        {
            yield return Text($"{nameof(HonestCost)} must be above 0, got {HonestCost}.");
        }

        if (SubstituteCost > HonestCost)
        {
            yield return Text($"{nameof(SubstituteCost)} must be at most {nameof(HonestCost)} ({HonestCost}), got {SubstituteCost}.");
        }

        if (UnchallengedValue < AsserterReward)
        {
            yield return Text($"{nameof(UnchallengedFraudValue)} includes the reward, which is paid for every answer that is not audited: it must be at least {nameof(AsserterReward)} ({AsserterReward}), got {UnchallengedValue}.");
        }

        if (ChallengedValue < UnchallengedValue)
        {
            yield return Text($"{nameof(ChallengedFraudValue)} must be at least {nameof(UnchallengedFraudValue)} ({UnchallengedValue}), got {ChallengedValue}.");
        }

        if (Bounty > Slash)
        {
            yield return Text($"{nameof(Bounty)} is paid out of {nameof(Slash)} ({Slash}) and must be at most that, got {Bounty}.");
        }
    }

    private IEnumerable<(string Name, decimal Value)> Amounts()
    {
        yield return (nameof(HonestCost), HonestCost);
        yield return (nameof(SubstituteCost), SubstituteCost);
        yield return (nameof(AsserterReward), AsserterReward);
        yield return (nameof(ValidatorReward), ValidatorReward);
        yield return (nameof(Slash), Slash);
        yield return (nameof(UnchallengedFraudValue), UnchallengedFraudValue ?? 0m);
        yield return (nameof(ChallengedFraudValue), ChallengedFraudValue ?? 0m);
        yield return (nameof(Bounty), Bounty);
    }

    private IEnumerable<(string Name, decimal Value)> Probabilities()
    {
        yield return (nameof(AuditProbability), AuditProbability);
        yield return (nameof(CoalitionShare), CoalitionShare);
        yield return (nameof(DetectionProbability), DetectionProbability);
        yield return (nameof(FalseConvictionProbability), FalseConvictionProbability);
        yield return (nameof(ValidatorFalseConvictionProbability), ValidatorFalseConvictionProbability ?? 0m);
        yield return (nameof(DishonestVoterShare), DishonestVoterShare);
        yield return (nameof(WrongConvictionProbability), WrongConvictionProbability ?? 0m);
        yield return (nameof(GuessProbability), GuessProbability ?? 0m);
    }

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
