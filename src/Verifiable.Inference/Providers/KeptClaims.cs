using System.Collections.Concurrent;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Providers;

/// <summary>The claims of one provider that may still be demanded, one a task: in memory, and in a store where there is one. Thread-safe.</summary>
internal sealed class KeptClaims
{
    private readonly ConcurrentDictionary<Digest, KeptClaim> _claims = new();
    private readonly PriorityQueue<Digest, long> _due = new();
    private readonly RecordStore? _store;
    private readonly TimeProvider _time;

    /// <summary>Reads what the store kept for this provider on this ledger.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public KeptClaims(NodeId provider, NodeId ledger, RecordStore? store, TimeProvider time)
    {
        _store = store;
        _time = time;
        long now = Now;
        foreach (StoredRecord record in store?.Read(store.FirstSequence - 1) ?? [])
        {
            // The later one counts: the earlier was refused by the ledger.
            if (record.Stream == LocalProvider.Stream && Canonical.TryRead(record.Content.Span, out KeptClaim? kept)
                && kept.Envelope.Provider == provider && kept.Envelope.Ledger == ledger && kept.Due > now)
            {
                _claims[kept.Envelope.Digest] = kept;
                _due.Enqueue(kept.Envelope.Digest, kept.Due);
            }
        }
    }

    /// <summary>Gets all of them, in no order.</summary>
    public ICollection<KeptClaim> All => _claims.Values;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Finds the claim of a task.</summary>
    public KeptClaim? Find(Digest task) => _claims.GetValueOrDefault(task);

    /// <summary>Keeps a claim before it is posted, for a demand may follow at once.</summary>
    /// <returns><see langword="false"/> where another claim of the task is kept: that one stands, or may.</returns>
    public bool TryKeep(KeptClaim kept)
    {
        KeptClaim first = _claims.GetOrAdd(kept.Envelope.Digest, kept);
        if (!ReferenceEquals(first, kept))
        {
            return first.Claim.Body.Digest == kept.Claim.Body.Digest;
        }

        ForgetPast(kept);
        if (_store is not null)
        {
            try
            {
                _store.MakeDurable(_store.Append(LocalProvider.Stream, kept.ToBytes()));
            }
            catch (StoreException)
            {
                // Posting without it risks the stake only if the process ends too; not to post is silence for certain.
            }
        }

        return true;
    }

    /// <summary>Forgets a claim that the ledger refused, and no other of the task.</summary>
    public void Forget(KeptClaim refused) => _ = _claims.TryRemove(new KeyValuePair<Digest, KeptClaim>(refused.Envelope.Digest, refused));

    /// <summary>Forgets all of them, in memory.</summary>
    public void ForgetAll()
    {
        lock (_due)
        {
            _claims.Clear();
            _due.Clear();
        }
    }

    // After the reveal's deadline nobody can want a claim any more.
    private void ForgetPast(KeptClaim latest)
    {
        long now = Now;
        lock (_due)
        {
            _due.Enqueue(latest.Envelope.Digest, latest.Due);
            while (_due.TryPeek(out Digest task, out long due) && due <= now)
            {
                _ = _due.Dequeue();
                _ = _claims.TryRemove(task, out _);
            }
        }
    }
}
