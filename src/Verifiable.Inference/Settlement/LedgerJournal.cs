using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <summary>Checks the journal that a ledger keeps on disk, without the ledger: every record, every hash, every signature, every rule, up to the first bad record.</summary>
public static class LedgerJournal
{
    /// <summary>Gets how a ledger's journal is kept, unless told otherwise.</summary>
    /// <param name="ledger">The ledger: the node id of its operator.</param>
    public static JournalOptions OptionsFor(NodeId ledger) => new() { Identity = ledger.Value };

    /// <summary>Checks a journal. Changes nothing and takes no lock; of a ledger that is running it sees what is there when it looks.</summary>
    /// <param name="folder">The journal's folder.</param>
    /// <param name="ledger">The ledger: the node id of its operator.</param>
    /// <param name="schemes">The signature schemes to accept.</param>
    /// <param name="knownHead">A head that the ledger must have come to; <see langword="null"/> for none.</param>
    /// <exception cref="StoreException">The disk, or the right to use it, failed.</exception>
    public static LedgerJournalReport Verify(string folder, NodeId ledger, SignatureSchemes schemes, Signed<LedgerHead>? knownHead = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(schemes);
        JournalReport journal = JournalView.Open(folder, OptionsFor(ledger), out JournalView? view);
        if (view is null)
        {
            return new LedgerJournalReport { Journal = journal, Opening = new LedgerOpening { Refusal = LedgerOpeningRefusal.BadRecord, BadRecord = journal.BadRecord } };
        }

        LedgerKeeper keeper = new(ledger, view);
        LedgerOpening opening = LedgerRestart.Run(keeper, new LedgerOptions { KnownHead = knownHead, VerifiesSignatures = true }, schemes, ledger);
        return new LedgerJournalReport { Journal = journal, Opening = opening, Sequence = keeper.Sequence, Hash = keeper.Hash, State = keeper.State };
    }
}
