using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Replays the entries of a ledger from nothing, so that nobody need believe its operator about the rules, nor
/// about what providers accepted and claimed. Who opened a task and what evidence a settlement stands on is not in the entries: receipts show that. Thread-safe.</summary>
public static class LedgerReplay
{
    /// <summary>Does every command again, checking number, signature, rules and hash, up to the first bad entry.</summary>
    /// <param name="ledger">The ledger: the node id of its operator.</param>
    /// <param name="entries">The entries from the first on.</param>
    /// <param name="schemes">The signature schemes to accept.</param>
    public static LedgerReplayResult Verify(NodeId ledger, IEnumerable<LedgerEntry> entries, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(schemes);
        LedgerState state = LedgerState.Empty;
        Digest hash = LedgerChain.Genesis(ledger);
        ulong sequence = 0;
        var fault = LedgerReplayFault.None;
        var refusal = LedgerRefusal.None;
        foreach (LedgerEntry entry in entries)
        {
            Digest expected = LedgerChain.Next(hash, sequence + 1, entry.Time, entry.Command);
            if (entry.Sequence != sequence + 1)
            {
                fault = LedgerReplayFault.WrongSequence;
            }
            else if (entry.Hash != expected)
            {
                fault = LedgerReplayFault.WrongHash;
            }
            else if (!CommandAuthorization.Authorizes(entry.Authorization, entry.Command, ledger, schemes))
            {
                fault = LedgerReplayFault.WrongAuthorization;
            }
            else if ((refusal = state.Apply(entry.Command, entry.Time, out state)) != LedgerRefusal.None)
            {
                fault = LedgerReplayFault.CommandRefused;
            }

            if (fault != LedgerReplayFault.None)
            {
                break;
            }

            hash = expected;
            sequence++;
        }

        return new LedgerReplayResult { Ledger = ledger, State = state, Sequence = sequence, Hash = hash, Fault = fault, Refusal = refusal };
    }
}
