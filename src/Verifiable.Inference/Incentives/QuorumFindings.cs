using System.Globalization;

namespace Verifiable.Inference.Incentives;

/// <summary>Puts an assessment of a quorum into plain sentences: what it assumes, what is wrong, and the least change that repairs it.</summary>
internal static class QuorumFindings
{
    internal static IEnumerable<string> Assumptions(QuorumEconomics e)
    {
        yield return "Seats are drawn by stake with replacement, so that splitting an identity changes nothing.";
        yield return "Independent wrong outputs never match; a coalition gives one wrong output, computes once, and knows how many seats it holds.";
        yield return "The second committee is drawn by a beacon that nobody can foresee or steer, after the first one has claimed, and its dishonest share does not grow with the cheat's success.";
        yield return "A provider that accepted and stays silent loses as much as one that is convicted, and the slash is staked for this task alone.";
        yield return e.FraudValue > 0
            ? Text($"An accepted wrong output is worth {e.FraudValue} to the coalition beside the rewards.")
            : "A fraud is worth no more than the rewards: nothing else depends on the answer.";
        if (!e.WaitsForAll)
        {
            yield return "A coalition may be the fastest: a contradiction that comes after the outcome is fixed is not heard.";
        }
    }

    internal static IEnumerable<string> Shortcomings(QuorumAssessment a)
    {
        QuorumEconomics e = a.Economics;
        if (!a.IsHonestySecure)
        {
            yield return CheatingPays(a);
        }

        if (!e.Convicts)
        {
            yield return "Nobody loses stake for a wrong output, because no beacon draws the second committee: by draws that a requester can steer, honest providers would be convicted. Name a beacon.";
        }

        if (!a.DoHonestSeatsParticipate)
        {
            yield return Text($"An honest seat loses by taking part: it is paid {e.Reward} and its computation costs {e.HonestCost}. Raise the reward above {Plain(e.HonestCost)}.");
        }

        if (a.FalseConvictionProbability * (e.EffectiveSlash + e.Reward) > e.Reward - e.HonestCost)
        {
            yield return Text($"A requester of the coalition that lies about refusals has an honest seat convicted with probability {Plain(a.FalseConvictionProbability)}, which takes more than the reward leaves it beyond its cost. Raise the number of deciding seats above {e.EscalationSeats}, or the reward, or allow fewer than {e.MaxAttempts} draws for one seat.");
        }

        if (a.IsHonestySecure && !a.IsHonestyTheOnlyEquilibrium)
        {
            const string Other = "Honesty is an equilibrium but not the only one: everybody running the same cheap model is another, because";
            yield return !e.WaitsForAll
                ? Other + " who contradicts it may come too late to be heard. Wait for all seats."
                : a.LeastBounty is { } bounty
                    ? Text($"{Other} contradicting it does not pay. Pay a bounty above {Least(bounty)} instead of {e.Bounty}.")
                    : Other + " nobody is convicted of it.";
        }

        if (a.CoverageRatio is < 1)
        {
            yield return Text($"The stake behind a wrong output covers {Plain(a.CoverageRatio.Value)} of what is at risk. Raise the slash to {Least(e.FraudValue / e.UncontradictedSeats)} for each seat.");
        }
    }

    private static string CheatingPays(QuorumAssessment a)
    {
        QuorumEconomics e = a.Economics;
        string rate = a.LeastEscalationRate is { } least
            ? Text($"escalate a share above {Least(least)} of what nobody contradicts, instead of {e.EscalationRate}")
            : Text($"no share of escalations suffices at a slash of {Plain(e.EffectiveSlash)}");
        string slash = a.LeastSlash is { } stake
            ? Text($"raise the slash above {Least(stake)} for each seat")
            : Text($"no slash suffices at these rates and shares");
        string text = Text($"Cheating pays with {a.MostTemptingSeats} of {e.Seats} seats: honesty's margin is {Plain(a.HonestPayoff - a.DishonestPayoff)} and must be above 0; {rate}; {slash}.");
        return a.BreakingCoalitionShare is { } share && share < e.VoterShare
            ? text + Text($" Without other changes it is secure up to a coalition share of {Plain(share)} only; {e.VoterShare} is assumed.")
            : text;
    }

    // Least values are rounded upwards, so that following the advice suffices.
    private static string Least(decimal value) => Digits(value, MidpointRounding.ToPositiveInfinity);

    private static string Plain(decimal value) => Digits(value, MidpointRounding.ToZero);

    private static string Digits(decimal value, MidpointRounding rounding) => Math.Round(value, 6, rounding).ToString("0.######", CultureInfo.InvariantCulture);

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
