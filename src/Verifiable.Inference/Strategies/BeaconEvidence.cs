using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies;

/// <summary>Checks a beacon's value that evidence states against the beacon itself.</summary>
internal static class BeaconEvidence
{
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
        return checklist.Require(confirmed, "beacon", $"The round of '{name}' that the request fixes has the recorded value.", $"The round of '{name}' that the request fixes does not have the recorded value, or is another beacon's.");
    }
}
