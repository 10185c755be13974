using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Everything a ledger knew after an entry, so that those before it need not be done again. Immutable.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Sequence">The number of entries.</param>
/// <param name="Hash">The hash of the last entry.</param>
/// <param name="State">The state.</param>
/// <param name="Papers">What is kept of tasks besides, in the order of their ids.</param>
/// <param name="Window">The window of fresh heads.</param>
internal sealed record LedgerSnapshot(
    NodeId Ledger, ulong Sequence, Digest Hash, LedgerState State, ImmutableArray<KeyValuePair<Digest, TaskPapers>> Papers, ImmutableArray<(long Time, ulong First)> Window)
    : ICanonical<LedgerSnapshot>
{
    private const string Domain = "vinf/ledger-snapshot/v2";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerSnapshot? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        ulong sequence = reader.ReadUInt64();
        Digest hash = reader.ReadDigest();
        LedgerState? state = LedgerStateEncoding.Read(ref reader);
        ImmutableArray<KeyValuePair<Digest, TaskPapers>> papers = ReadMany(ref reader, LedgerStateEncoding.ReadPapers);
        ImmutableArray<(long Time, ulong First)> window = ReadMany(ref reader, static (ref CanonicalReader item) => (item.ReadInt64(), item.ReadUInt64()));
        if (reader.Failed || state is null || !IsRising(papers.Select(static item => item.Key)) || !IsRising(window.Select(static item => item.Time))
            || papers.Any(item => !state.Tasks.ContainsKey(item.Key)) || !IsRising(window.Select(static item => item.First)) || window.Any(item => item.First == 0 || item.First > sequence))
        {
            reader.Fail();
            return false;
        }

        value = new LedgerSnapshot(ledger, sequence, hash, state, papers, window);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        writer.WriteUInt64(Sequence);
        writer.WriteDigest(Hash);
        LedgerStateEncoding.Write(ref writer, State);
        writer.WriteUInt32((uint)Papers.Length);
        foreach ((Digest task, TaskPapers papers) in Papers)
        {
            LedgerStateEncoding.WritePapers(ref writer, task, papers);
        }

        writer.WriteUInt32((uint)Window.Length);
        foreach ((long time, ulong first) in Window)
        {
            writer.WriteInt64(time);
            writer.WriteUInt64(first);
        }
    }

    /// <summary>Reads a number of items and the items; fails when there are more than bytes are left.</summary>
    internal static ImmutableArray<T> ReadMany<T>(ref CanonicalReader reader, ItemReader<T> readItem)
    {
        uint count = reader.ReadUInt32();
        if (count > reader.Remaining)
        {
            reader.Fail();
        }

        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            items.Add(readItem(ref reader));
        }

        return items.DrainToImmutable();
    }

    /// <summary>Tells whether each item is larger than the one before.</summary>
    internal static bool IsRising<T>(IEnumerable<T> items)
        where T : IComparable<T>
    {
        bool isFirst = true;
        T? last = default;
        foreach (T item in items)
        {
            if (!isFirst && item.CompareTo(last) <= 0)
            {
                return false;
            }

            isFirst = false;
            last = item;
        }

        return true;
    }

    /// <summary>Reads one item.</summary>
    internal delegate T ItemReader<out T>(ref CanonicalReader reader);
}
