using System.Buffers;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Records that are decoded, hashed and verified on all processors at once. That each hash follows from the one before shows for each record alone: the one before says its
/// own hash, and is checked too.
/// </summary>
internal sealed class LedgerReplayBatch(NodeId ledger, SignatureSchemes? schemes)
{
    private const int Records = 4096;
    private const int Bytes = 8 << 20;

    // One call for many records: the runtime optimises a loop while it runs, and threads need not meet for each record.
    private const int PartRecords = 256;

    private readonly List<(ulong Number, int Offset, int Length)> _places = [];
    private readonly ArrayBufferWriter<byte> _contents = new(1 << 20);

    /// <summary>Gets a value indicating whether the batch is to be checked before more is added.</summary>
    public bool IsFull => _places.Count >= Records || _contents.WrittenCount >= Bytes;

    /// <summary>Adds a record.</summary>
    public void Add(StoredRecord record)
    {
        _places.Add((record.Sequence, _contents.WrittenCount, record.Content.Length));
        _contents.Write(record.Content.Span);
    }

    /// <summary>Checks what was added, and forgets it.</summary>
    /// <param name="before">The hash before the first record.</param>
    public LedgerReplayItem[] Check(Digest before)
    {
        LedgerReplayItem[] items = new LedgerReplayItem[_places.Count];
        int[] bodies = new int[items.Length];
        int parts = (items.Length + PartRecords - 1) / PartRecords;
        _ = Parallel.For(0, parts, part => CheckPart(items, bodies, part * PartRecords));

        // What is before a part's first record is in another part.
        for (int part = 0; part < parts; part++)
        {
            int index = part * PartRecords;
            Chain(items, bodies, index, index == 0 ? before : items[index - 1].Record?.Entry.Hash);
        }

        _places.Clear();
        _contents.ResetWrittenCount();
        return items;
    }

    private void CheckPart(LedgerReplayItem[] items, int[] bodies, int first)
    {
        int end = Math.Min(first + PartRecords, items.Length);
        for (int index = first; index < end; index++)
        {
            (ulong number, int offset, int length) = _places[index];
            bool isRead = LedgerRecord.TryRead(_contents.WrittenSpan.Slice(offset, length), out LedgerRecord? record, out ReadOnlySpan<byte> body);
            bodies[index] = body.Length;
            bool isAuthorized = isRead && (schemes is null || CommandAuthorization.Authorizes(record!.Entry.Authorization, record.Entry.Command, ledger, schemes));
            items[index] = new LedgerReplayItem(number, record, IsChained: false, isAuthorized);
            if (index > first)
            {
                Chain(items, bodies, index, items[index - 1].Record?.Entry.Hash);
            }
        }
    }

    private void Chain(LedgerReplayItem[] items, int[] bodies, int index, Digest? before)
    {
        if (items[index].Record?.Entry is { } entry && before is { } hash)
        {
            ReadOnlySpan<byte> body = _contents.WrittenSpan.Slice(_places[index].Offset + LedgerRecord.BodyOffset, bodies[index]);
            bool isChained = entry.Hash == LedgerChain.Next(hash, body);
            items[index] = items[index] with { IsChained = isChained };
        }
    }
}
