using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <summary>Brings a ledger to where its store says it was: from the newest snapshot, then entry by entry.</summary>
internal static class LedgerRestart
{
    /// <summary>Does everything again that the store kept.</summary>
    /// <param name="keeper">An empty ledger's keeper.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="schemes">The signature schemes to accept.</param>
    /// <param name="id">The ledger.</param>
    /// <returns>What was found; without the ledger.</returns>
    public static LedgerOpening Run(LedgerKeeper keeper, LedgerOptions options, SignatureSchemes schemes, NodeId id)
    {
        RecordStore store = keeper.Store;
        LedgerHead? known = options.KnownHead?.Body;
        if (store.Identity != id.Value)
        {
            return Refuse(LedgerOpeningRefusal.WrongLedger);
        }

        if (options.KnownHead is { } head && (head.Body.Ledger != id || !head.IsValidFrom(id, schemes)))
        {
            return Refuse(LedgerOpeningRefusal.InvalidKnownHead);
        }

        ulong after = 0;
        if (store.FindSnapshot(InferenceLedger.Stream) is { } stored)
        {
            if (!Canonical.TryRead(stored.Content.Span, out LedgerSnapshot? snapshot) || snapshot.Ledger != id)
            {
                return Refuse(LedgerOpeningRefusal.BadSnapshot);
            }

            after = stored.Point.Sequence;
            keeper.Restore(snapshot, after);
        }

        if (store.FirstSequence > after + 1)
        {
            return Refuse(LedgerOpeningRefusal.RecordsFreed);
        }

        bool isKnown = known is null || IsAt(known, keeper.Sequence, keeper.Hash) || (known.Sequence < keeper.Sequence && IsInOldRecords(store, known, after));
        if (DoAll(keeper, store.Read(after), options.VerifiesSignatures ? schemes : null, id, known, ref isKnown) is { } bad)
        {
            return bad;
        }

        return Refuse(isKnown ? LedgerOpeningRefusal.None
            : known!.Sequence > keeper.Sequence ? LedgerOpeningRefusal.BehindKnownHead
            : LedgerOpeningRefusal.NotOfKnownHead);
    }

    // A batch is decoded and hashed on all processors while the one before it is done in order on this one. Only this thread reads the store: it holds the gate.
    private static LedgerOpening? DoAll(
        LedgerKeeper keeper, IEnumerable<StoredRecord> records, SignatureSchemes? schemes, NodeId id, LedgerHead? known, ref bool isKnown)
    {
        (LedgerReplayBatch filling, LedgerReplayBatch other) = (new LedgerReplayBatch(id, schemes), new LedgerReplayBatch(id, schemes));
        Task<LedgerReplayItem[]> check = Task.FromResult<LedgerReplayItem[]>([]);
        Digest before = keeper.Hash;
        try
        {
            foreach (StoredRecord item in records.Where(static item => item.Stream == InferenceLedger.Stream))
            {
                filling.Add(item);
                if (filling.IsFull)
                {
                    LedgerReplayItem[] items = check.GetAwaiter().GetResult();
                    check = Begin(filling, items, ref before);
                    (filling, other) = (other, filling);
                    if (Do(keeper, items, known, ref isKnown) is { } bad)
                    {
                        return bad;
                    }
                }
            }

            LedgerReplayItem[] last = check.GetAwaiter().GetResult();
            check = Begin(filling, last, ref before);
            return Do(keeper, last, known, ref isKnown) ?? Do(keeper, check.GetAwaiter().GetResult(), known, ref isKnown);
        }
        finally
        {
            // Whatever ended it early, nothing goes on behind the caller's back.
            _ = Task.WaitAny(check);
        }
    }

    private static Task<LedgerReplayItem[]> Begin(LedgerReplayBatch batch, LedgerReplayItem[] itemsBefore, ref Digest before)
    {
        // Where the last record is not readable nothing behind it is done.
        Digest hash = itemsBefore.Length > 0 ? itemsBefore[^1].Record?.Entry.Hash ?? default : before;
        before = hash;
        return Task.Run(() => batch.Check(hash));
    }

    // What was decoded and hashed is done in order.
    private static LedgerOpening? Do(LedgerKeeper keeper, LedgerReplayItem[] items, LedgerHead? known, ref bool isKnown)
    {
        foreach (LedgerReplayItem item in items)
        {
            if (item.Record is null)
            {
                return new LedgerOpening { Refusal = LedgerOpeningRefusal.BadRecord, BadRecord = item.Number };
            }

            LedgerReplayFault fault = keeper.Replay(item, out LedgerRefusal refusal);
            if (fault != LedgerReplayFault.None)
            {
                return new LedgerOpening { Refusal = LedgerOpeningRefusal.BadRecord, BadRecord = item.Number, Fault = fault, CommandRefusal = refusal };
            }

            isKnown = isKnown || IsAt(known!, keeper.Sequence, keeper.Hash);
        }

        return null;
    }

    private static bool IsAt(LedgerHead head, ulong sequence, Digest hash) => head.Sequence == sequence && head.Hash == hash;

    // Of entries that were freed nothing can be said: the snapshot stands for them.
    private static bool IsInOldRecords(RecordStore store, LedgerHead head, ulong through)
    {
        foreach (StoredRecord stored in store.Read(store.FirstSequence - 1))
        {
            if (stored.Sequence > through)
            {
                break;
            }

            if (stored.Stream == InferenceLedger.Stream && Canonical.TryRead(stored.Content.Span, out LedgerRecord? record) && record.Entry.Sequence >= head.Sequence)
            {
                return record.Entry.Sequence > head.Sequence || record.Entry.Hash == head.Hash;
            }
        }

        return true;
    }

    private static LedgerOpening Refuse(LedgerOpeningRefusal refusal) => new() { Refusal = refusal };
}
