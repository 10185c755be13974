using Verifiable.Inference.Commitments;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tasks;

/// <summary>Brings a market to where its store says it was: from the newest snapshot, then entry by entry.</summary>
internal static class MarketRestart
{
    /// <summary>Does everything again that the store kept.</summary>
    /// <exception cref="InvalidDataException">The store has something that a market does not write, or not all that it needs.</exception>
    public static MarketState Run(RecordStore store, InferenceLedger ledger)
    {
        MarketState state = MarketState.Empty;
        ulong after = 0;
        if (store.FindSnapshot(TaskMarket.Stream) is { } stored)
        {
            if (!Canonical.TryRead(stored.Content.Span, out MarketSnapshot? snapshot) || snapshot.Ledger != ledger.Id)
            {
                throw new InvalidDataException($"Expected a snapshot of this ledger's market, got a bad one after record {stored.Point.Sequence}.");
            }

            (state, after) = (snapshot.State, stored.Point.Sequence);
        }

        if (store.FirstSequence > after + 1)
        {
            throw new InvalidDataException($"Expected the records from {after + 1} on, got those from {store.FirstSequence} on: the market's were freed without a snapshot of it.");
        }

        foreach (StoredRecord record in store.Read(after))
        {
            if (record.Stream != TaskMarket.Stream)
            {
                continue;
            }

            if (!Canonical.TryRead(record.Content.Span, out MarketEntry? entry) || !entry.IsAuthorized(ledger.Schemes)
                || state.Apply(entry.Command, entry.Time, out state) != MarketRefusal.None)
            {
                throw new InvalidDataException($"Expected entries of a market, got a bad one at record {record.Sequence}.");
            }
        }

        return state;
    }
}
