using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies;

/// <summary>Checks a beacon's value that evidence states against the beacon itself.</summary>
internal static class BeaconEvidence
{
    /// <summary>The time, in milliseconds, by which claims are due before the beacon's round that may convict: 5 s.</summary>
    /// <remarks>Rationale: values leave by the beacon's clock and claims close by the ledger's. As long as the two differ by less, nobody can claim with the value at hand.</remarks>
    public const long ClockMargin = 5000;

    /// <summary>Gives the latest deadline of a claim on which a value may decide that is out only after a time. It saturates, for times come from outside.</summary>
    public static long LastClaim(long time) => time < long.MinValue + ClockMargin ? long.MinValue : time - ClockMargin;

    /// <summary>Refuses to begin a request for which a beacon that ends would have no value.</summary>
    /// <exception cref="InvalidOperationException">The beacon ends before the round.</exception>
    public static void ThrowIfEnded(IRandomBeacon beacon, ulong round)
    {
        if (round > beacon.LastRound)
        {
            throw new InvalidOperationException(
                $"Expected a beacon with rounds until all of this request is settled, up to round {round}, got '{beacon.Name}', which ends with round {beacon.LastRound}: no vote could be held, and nobody be convicted. Begin a new chain.");
        }
    }

    /// <summary>Requires that a round has the stated value.</summary>
    /// <param name="beacon">The beacon that is at hand; <see langword="null"/> for none. Rationale: a ledger's judge must have it, else the requester would choose the value, and with it who
    /// convicts. A reader of a receipt need not: it may take the value from the ledger, whose judge asked.</param>
    /// <param name="name">The name of the beacon that the terms name.</param>
    /// <param name="round">The round.</param>
    /// <param name="value">The stated value; <see langword="null"/> where none is due.</param>
    /// <param name="checklist">Takes what is found.</param>
    public static bool IsConfirmed(IRandomBeacon? beacon, string name, Func<IRandomBeacon, ulong?> round, Digest? value, ReceiptChecklist checklist)
    {
        if (value is not { } stated)
        {
            return !checklist.IsRefuted;
        }

        if (beacon is null)
        {
            return !checklist.IsForSettlement
                || checklist.Require(false, "beacon", string.Empty, $"The judge has no beacon, and takes no value of '{name}' on the requester's word.");
        }

        bool confirmed = string.Equals(beacon.Name, name, StringComparison.Ordinal)
            && round(beacon) is { } number && beacon.TryGetValue(number, out Digest published) && published == stated;
        return checklist.Require(confirmed, "beacon", "The round of the beacon that the request fixes has the recorded value.", "The round that the request fixes does not have the recorded value, or is another beacon's.");
    }
}
