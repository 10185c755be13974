using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tasks;

/// <summary>A market's state as a store keeps it. Immutable; equal where the encodings are.</summary>
/// <param name="Ledger">The ledger beside the market.</param>
/// <param name="State">The state.</param>
/// <remarks>
/// Tasks stand in the order of posting, so that their numbers need not be written; what providers have, and which tasks are queued, is made again from the tasks. The stakes of open tasks are
/// written as what changed since the open task before, and last those of the state.
/// </remarks>
internal sealed record MarketSnapshot(NodeId Ledger, MarketState State) : ICanonical<MarketSnapshot>
{
    private const string Domain = "vinf/market-snapshot/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out MarketSnapshot? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        long time = reader.ReadInt64();
        ImmutableSortedDictionary<NodeId, Amount> stakes = ImmutableSortedDictionary<NodeId, Amount>.Empty;
        ulong number = 0;
        ImmutableArray<MarketTask> tasks = LedgerSnapshot.ReadMany(ref reader, (ref CanonicalReader item) => MarketTaskEncoding.Read(ref item, number++, ref stakes)!);
        stakes = MarketTaskEncoding.ReadStakes(ref reader, stakes);
        ImmutableArray<KeyValuePair<NodeId, MarketProvider>> providers = LedgerSnapshot.ReadMany(ref reader, ReadProvider);
        if (reader.Failed || time < 0 || tasks.DistinctBy(static task => task.Id).Count() != tasks.Length || tasks.Any(task => task.Posting.Ledger != ledger)
            || !LedgerSnapshot.IsRising(providers.Select(static provider => provider.Key)) || !TryCount(tasks, providers, out ImmutableSortedDictionary<NodeId, MarketProvider>? counted))
        {
            reader.Fail();
            return false;
        }

        value = new MarketSnapshot(ledger, new MarketState(
            tasks.ToImmutableSortedDictionary(static task => task.Id, static task => task),
            counted,
            [.. tasks.Where(static task => task.State == MarketTaskState.Queued).Select(static task => task.Id)],
            stakes,
            (ulong)tasks.Length,
            time));
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        writer.WriteInt64(State.Time);
        writer.WriteUInt32((uint)State.Tasks.Count);
        ImmutableSortedDictionary<NodeId, Amount> stakes = ImmutableSortedDictionary<NodeId, Amount>.Empty;
        foreach (MarketTask task in State.Tasks.Values.OrderBy(static task => task.Number))
        {
            MarketTaskEncoding.Write(ref writer, task, ref stakes);
        }

        MarketTaskEncoding.WriteStakes(ref writer, stakes, State.Stakes);
        writer.WriteUInt32((uint)State.Providers.Count);
        foreach ((NodeId node, MarketProvider provider) in State.Providers)
        {
            node.WriteTo(ref writer);
            writer.WriteUInt16((ushort)provider.Capacity);
            writer.WriteInt64(provider.BarredUntil);
            writer.WriteBoolean(provider.IsRemoved);
            writer.WriteBoolean(provider.HasLeft);
            writer.WriteUInt64(provider.Serial);
            writer.WriteInt64(provider.Reputation.Score);
            writer.WriteInt64(provider.Reputation.Time);
        }
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] MarketSnapshot? other) => other is not null && this.ToDigest() == other.ToDigest();

    /// <inheritdoc/>
    public override int GetHashCode() => this.ToDigest().GetHashCode();

    private static KeyValuePair<NodeId, MarketProvider> ReadProvider(ref CanonicalReader reader)
    {
        NodeId node = reader.Read<NodeId>();
        MarketProvider provider = new()
        {
            Capacity = reader.ReadUInt16(),
            BarredUntil = reader.ReadInt64(),
            IsRemoved = reader.ReadBoolean(),
            HasLeft = reader.ReadBoolean(),
            Serial = reader.ReadUInt64(),
        };
        long score = reader.ReadInt64();
        long time = reader.ReadInt64();
        if (Math.Clamp(score, -MarketReputation.Greatest, MarketReputation.Greatest) != score)
        {
            reader.Fail();
            return default;
        }

        return KeyValuePair.Create(node, provider with { Reputation = new MarketReputation((int)score, time) });
    }

    // What providers have follows from the tasks. A task whose provider is not there, and collateral that is no amount, are no market's.
    private static bool TryCount(
        ImmutableArray<MarketTask> tasks, ImmutableArray<KeyValuePair<NodeId, MarketProvider>> providers, [NotNullWhen(true)] out ImmutableSortedDictionary<NodeId, MarketProvider>? counted)
    {
        counted = null;
        ImmutableSortedDictionary<NodeId, MarketProvider>.Builder builder = ImmutableSortedDictionary.CreateRange(providers).ToBuilder();
        foreach (MarketTask task in tasks.Where(static task => task.Provider != default))
        {
            if (!builder.TryGetValue(task.Provider, out MarketProvider provider)
                || (task.HoldsCollateral && task.Posting.Collateral.Units > ulong.MaxValue - provider.PendingCollateral.Units))
            {
                return false;
            }

            builder[task.Provider] = provider with
            {
                Running = provider.Running + (task.State is MarketTaskState.Assigned or MarketTaskState.Answered ? 1 : 0),
                Challenges = provider.Challenges + (task.State == MarketTaskState.Challenged ? 1 : 0),
                PendingCollateral = provider.PendingCollateral + (task.HoldsCollateral ? task.Posting.Collateral : Amount.Zero),
            };
        }

        counted = builder.ToImmutable();
        return true;
    }
}
