using System.Globalization;

namespace Verifiable.Inference.Incentives;

/// <summary>Puts an assessment into plain sentences: what it assumes, what is wrong, and the least change that repairs it.</summary>
internal static class SamplingFindings
{
    internal static IEnumerable<string> Assumptions(SamplingEconomics e)
    {
        yield return "The coin and the validators are drawn after the claim, by a secret fixed before it.";
        yield return "The asserter is never its own validator; the coalition share counts selection weight after its exclusion.";
        yield return "Wrong answers of independent providers never match, except that they may all run the same cheap model.";
        yield return "A provider that accepted and stays silent loses as much as one that is convicted.";
        yield return "The slash is staked for this task alone.";
        if (e.UnchallengedFraudValue is null)
        {
            yield return "A fraud is worth no more than the reward: nothing else depends on the answer.";
        }

        if (e.FalseConvictionProbability > 0m)
        {
            yield return "The rate of false convictions is that of the worst pair of hardware, and errors are independent from task to task.";
        }

        if (e.Adjudicator == AdjudicatorKind.MajorityVote)
        {
            yield return "Voters are drawn by weight, with replacement; neither side of the mismatch votes; the share of dishonest voters does not grow with the cheat's success.";
        }
    }

    internal static IEnumerable<SamplingShortcoming> Shortcomings(SamplingAssessment a)
    {
        SamplingEconomics e = a.Economics;
        if (!a.IsHonestySecure)
        {
            yield return new(SamplingShortcomingKind.CheatingPays, CheatingPays(a));
        }

        if (!a.IsNoiseConditionMet)
        {
            yield return new(SamplingShortcomingKind.TooNoisyToSlash, TooNoisy(e));
        }

        if (!a.DoesAsserterParticipate)
        {
            yield return new(SamplingShortcomingKind.AsserterLoses, Text(
                $"An honest asserter loses by taking part: the reward is {e.AsserterReward} and its costs are {e.HonestCost} plus wrongful convictions. {AsserterRepair(a)}"));
        }

        if (!a.DoesValidatorParticipate)
        {
            decimal needed = e.ValidatorFalseConviction < 1m
                ? e.ValidatorCount * (e.HonestCost + (e.ValidatorFalseConviction * e.Slash)) / (1m - e.ValidatorFalseConviction)
                : decimal.MaxValue;
            yield return new(SamplingShortcomingKind.ValidatorLoses, Text(
                $"An honest validator loses by taking part: the validators of one audit share {e.ValidatorReward} and need at least {Least(needed)}."));
        }

        if (a.IsGuessingDeterred == false)
        {
            yield return new(SamplingShortcomingKind.GuessingPays, Text(
                $"A validator that guesses rightly with probability {e.GuessProbability} gains by not computing: (1 - g)(R_V/n + S) must be more than {e.HonestCost}. Raise the slash or the validators' reward, or ask for answers that are harder to guess."));
        }

        if (a.IsHonestySecure && !a.IsHonestyTheOnlyEquilibrium)
        {
            yield return new(SamplingShortcomingKind.NotTheOnlyEquilibrium, NotOnly(a));
        }

        if (e.Bounty > 0m && 2m * e.Bounty >= e.Slash)
        {
            yield return new(SamplingShortcomingKind.BountyRefundsTheCheat, Text(
                $"The bounty {e.Bounty} is not below half of the slash {e.Slash}: a cheat that owns its accuser regains it. Lower the bounty below {e.Slash / 2m} or raise the slash above {2m * e.Bounty}."));
        }
    }

    private static string CheatingPays(SamplingAssessment a)
    {
        SamplingEconomics e = a.Economics;
        string least = a.ConservativeLeastAuditProbability is decimal p
            ? Text($"audit with a probability above {Least(p)} instead of {e.AuditProbability}")
            : Text($"no audit probability up to 1 suffices at a slash of {e.Slash}");
        string stake = a.ConservativeLeastSlash is decimal s
            ? Text($"raise the slash above {Least(s)} at this audit probability")
            : Text($"no slash suffices at an audit probability of {e.AuditProbability}, a coalition share of {e.CoalitionShare} and these conviction probabilities");
        string text = Text($"Cheating pays by the conservative condition: honesty's margin is {Plain(a.ConservativeMargin)} per task and must be above 0; {least}; {stake}.");
        return a.BreakingCoalitionShare is decimal share
            ? text + Text($" Without other changes it is secure up to a coalition share of {Plain(share)} only; {e.CoalitionShare} is assumed.")
            : text;
    }

    private static string TooNoisy(SamplingEconomics e)
    {
        if (e.AsserterReward <= e.HonestCost)
        {
            return Text($"No slash both deters and keeps honest asserters, because the reward {e.AsserterReward} leaves no profit over the cost {e.HonestCost}: raise the reward above it.");
        }

        decimal ratio = SamplingIncentives.LeastLikelihoodRatio(e.HonestCost, e.Saving, e.AsserterReward);
        return Text($"The comparison is too noisy to slash on: a cheat is convicted with probability {Plain(SamplingIncentives.ConvictionProbability(e))} and an honest asserter with {e.FalseConvictionProbability}, and their ratio must be above {Least(ratio)}; no slash and no audit probability repair this. Raise the reward, or escalate before convicting.");
    }

    private static string AsserterRepair(SamplingAssessment a) => a.FeasibleSlash?.InclusiveUpper is decimal upper
        ? Text($"A slash of at most {Plain(upper)} keeps it.")
        : "Raise the reward, or lower the rate of false convictions.";

    private static string NotOnly(SamplingAssessment a)
    {
        SamplingEconomics e = a.Economics;
        const string Other = "Honesty is an equilibrium but not the only one: everybody running the same cheap model is another, because";
        if (e.Adjudicator == AdjudicatorKind.Unspecified)
        {
            return Other + " no adjudicator is named who would find against it.";
        }

        return a.LeastBounty is decimal bounty
            ? Text($"{Other} contradicting it does not pay. Pay the honest side of a proven mismatch a bounty above {Least(bounty)} instead of {e.Bounty}, out of a slash of more than twice that.")
            : Other + " the adjudicator convicts whoever contradicts it. Use an objective adjudicator: no bounty suffices.";
    }

    // Least values are rounded upwards, so that following the advice suffices.
    private static string Least(decimal value) => Digits(value, MidpointRounding.ToPositiveInfinity);

    private static string Plain(decimal value) => Digits(value, MidpointRounding.ToZero);

    private static string Digits(decimal value, MidpointRounding rounding)
    {
        int decimals = 6;
        for (decimal size = Math.Abs(value); size is > 0m and < 0.1m && decimals < 27; size *= 10m)
        {
            decimals++;
        }

        for (decimal size = Math.Abs(value); size >= 1m && decimals > 0; size /= 10m)
        {
            decimals--;
        }

        return Math.Round(value, decimals, rounding).ToString("0.############################", CultureInfo.InvariantCulture);
    }

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
