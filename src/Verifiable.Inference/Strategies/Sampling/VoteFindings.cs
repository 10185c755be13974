using System.Globalization;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>Puts what a beacon does for a vote, and what is missing without one, into plain sentences.</summary>
internal static class VoteFindings
{
    public static IEnumerable<string> Assumptions(SamplingOptions options)
    {
        if (options.Beacon is not { } beacon)
        {
            yield break;
        }

        yield return $"Nobody foresees or steers '{beacon.Name}', by which the voters are drawn after both sides have claimed; the ledger's judge asks it.";
        yield return options.DrawsChecksByBeacon
            ? "That a drawn provider did not accept is the requester's word, as often as the terms allow."
            : "Where requester and asserter are one party they choose who checks, and that no check is made: the receipt of an unchecked or agreed answer convinces the requester alone.";
    }

    public static IEnumerable<string> Shortcomings(SamplingOptions options, decimal falseConviction)
    {
        if (options.Beacon is null && options.Comparer.ComparesCommitments)
        {
            yield return "Nobody loses stake for a wrong output, because no beacon draws the voters: by draws that a requester can steer, honest providers would be convicted. Name a beacon.";
        }
        else if (falseConviction * ((decimal)options.Slash.Units + options.Reward.Units) > options.Reward.Units - options.Costs.HonestCost)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"A requester of the coalition that lies about refusals has an honest provider convicted with probability {falseConviction:0.######}, which takes more than the reward leaves it beyond its cost. Raise the number of voters above {options.VoterSeats}, or the reward, or allow fewer than {options.VoterAttempts} draws for one seat.");
        }
    }
}
