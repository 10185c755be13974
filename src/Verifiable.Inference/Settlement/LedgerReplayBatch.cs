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
        (int Offset, int Length)[] bodies = new (int, int)[items.Length];
        _ = Parallel.For(0, items.Length, index =>
        {
            (ulong number, int offset, int length) = _places[index];
            ReadOnlySpan<byte> content = _contents.WrittenSpan.Slice(offset, length);
            _ = LedgerRecord.TryRead(content, out LedgerRecord? record, out ReadOnlySpan<byte> body);
            bodies[index] = (offset + LedgerRecord.BodyOffset, body.Length);
            items[index] = new LedgerReplayItem(number, record, IsChained: false, IsAuthorized: false);
        });
        _ = Parallel.For(0, items.Length, index =>
        {
            Digest? previous = index == 0 ? before : items[index - 1].Record?.Entry.Hash;
            if (items[index].Record?.Entry is { } entry && previous is { } hash)
            {
                (int offset, int length) = bodies[index];
                items[index] = items[index] with
                {
                    IsChained = entry.Hash == LedgerChain.Next(hash, _contents.WrittenSpan.Slice(offset, length)),
                    IsAuthorized = schemes is null || CommandAuthorization.Authorizes(entry.Authorization, entry.Command, ledger, schemes),
                };
            }
        });
        _places.Clear();
        _contents.ResetWrittenCount();
        return items;
    }
}
