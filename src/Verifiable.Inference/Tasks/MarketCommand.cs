using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>
/// Something a market is told. Immutable; equal by content. All kinds share one form: what a kind does not use is zero, and another value there is no encoding. Make one with the methods that
/// bear the kinds' names; a <see cref="TaskMarket"/> takes those that are somebody's word as <see cref="Claims.Signed{TBody}"/>, and checks the others against the ledger.
/// </summary>
public sealed record MarketCommand : ICanonical<MarketCommand>
{
    /// <summary>The largest number of stakes in one command: 4096.</summary>
    public const int MaxStakes = 4096;

    /// <summary>The amount of an expiry for want of money: 1.</summary>
    internal const ulong Unfunded = 1;

    /// <summary>The amount of an end because the ledger keeps the task's record no more: 2.</summary>
    internal const ulong Forgotten = 2;

    private const string Domain = "vinf/market-command/v3";

    private MarketCommand(MarketAct act, NodeId ledger)
    {
        Act = act;
        Ledger = ledger;
    }

    /// <summary>Gets what is told.</summary>
    public MarketAct Act { get; }

    /// <summary>Gets the ledger whose market is meant.</summary>
    public NodeId Ledger { get; }

    /// <summary>Gets who says so, or about whom it is; nobody where it is about a task alone.</summary>
    public NodeId Actor { get; private init; }

    /// <summary>Gets the task.</summary>
    public Digest Task { get; private init; }

    /// <summary>Gets what it rests on: a task of the ledger, a claim, an opened secret, another task.</summary>
    public Digest Reference { get; private init; }

    /// <summary>Gets an amount: the price of a bid.</summary>
    public Amount Amount { get; private init; }

    /// <summary>Gets a number: how many tasks at a time, the round of an auction, the kind of verdict.</summary>
    public ulong Number { get; private init; }

    /// <summary>Gets the posting of <see cref="MarketAct.Post"/>.</summary>
    public MarketPosting? Posting { get; private init; }

    /// <summary>Gets the changed stakes of <see cref="MarketAct.NoteStakes"/>, in the order of the nodes.</summary>
    public ImmutableArray<StakeChange> Stakes { get; private init; } = [];

    /// <summary>Gets a value indicating whether the command is somebody's word and needs its signature.</summary>
    public bool NeedsSignature => Act is MarketAct.Join or MarketAct.Leave or MarketAct.Post or MarketAct.Withdraw or MarketAct.Bid or MarketAct.Challenge
        or MarketAct.StartRun or MarketAct.FinishRun or MarketAct.LoseRun || (Act == MarketAct.Deliver && Actor != default);

    /// <summary>A provider takes part.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="capacity">How many tasks it takes at a time, 1 to 65,535.</param>
    /// <param name="serial">Above that of its last joining or leaving.</param>
    public static MarketCommand Join(NodeId ledger, NodeId provider, ushort capacity, ulong serial) =>
        new(MarketAct.Join, ledger) { Actor = provider, Number = capacity, Amount = new Amount(serial) };

    /// <summary>A provider takes no more tasks.</summary>
    public static MarketCommand Leave(NodeId ledger, NodeId provider, ulong serial) => new(MarketAct.Leave, ledger) { Actor = provider, Amount = new Amount(serial) };

    /// <summary>A requester posts a task.</summary>
    /// <param name="posting">The posting.</param>
    /// <param name="drawCommitment">The market's commitment to the secret of its random challenge, as <see cref="TaskMarket.DrawCommitmentOf"/> gives it.</param>
    public static MarketCommand Post(MarketPosting posting, Digest drawCommitment)
    {
        ArgumentNullException.ThrowIfNull(posting);
        return new(MarketAct.Post, posting.Ledger) { Actor = posting.Requester, Task = posting.Digest, Reference = drawCommitment, Posting = posting };
    }

    /// <summary>A requester takes a queued task back.</summary>
    public static MarketCommand Withdraw(NodeId ledger, NodeId requester, Digest task) => new(MarketAct.Withdraw, ledger) { Actor = requester, Task = task };

    /// <summary>A provider takes a task at a price.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="task">The task.</param>
    /// <param name="price">The least price at which it takes the task; it is paid the price of the moment.</param>
    /// <param name="round">The auction's round, <see cref="MarketTask.Assignments"/>: a bid for one round is none for the next.</param>
    public static MarketCommand Bid(NodeId ledger, NodeId provider, Digest task, Amount price, int round) =>
        new(MarketAct.Bid, ledger) { Actor = provider, Task = task, Amount = price, Number = checked((ulong)round) };

    /// <summary>A directly assigned task goes to its provider.</summary>
    public static MarketCommand Assign(NodeId ledger, Digest task) => new(MarketAct.Assign, ledger) { Task = task };

    /// <summary>The ledger holds the task under this id.</summary>
    public static MarketCommand Confirm(NodeId ledger, Digest task, Digest ledgerTask) => new(MarketAct.Confirm, ledger) { Task = task, Reference = ledgerTask };

    /// <summary>The claim stands on the ledger.</summary>
    public static MarketCommand Answer(NodeId ledger, Digest task, Digest claim) => new(MarketAct.Answer, ledger) { Task = task, Reference = claim };

    /// <summary>The output is delivered: by the requester's word, to be signed, or, where nobody is named, by the ledger.</summary>
    public static MarketCommand Deliver(NodeId ledger, Digest task, NodeId requester = default) => new(MarketAct.Deliver, ledger) { Task = task, Actor = requester };

    /// <summary>The market opens the secret of its random challenge.</summary>
    public static MarketCommand OpenDraw(NodeId ledger, Digest task, Digest secret) => new(MarketAct.OpenDraw, ledger) { Task = task, Reference = secret };

    /// <summary>Somebody challenges a claim.</summary>
    public static MarketCommand Challenge(NodeId ledger, NodeId challenger, Digest task) => new(MarketAct.Challenge, ledger) { Actor = challenger, Task = task };

    /// <summary>The drawn provider recomputes, as a task of its own.</summary>
    public static MarketCommand Recompute(NodeId ledger, Digest task, NodeId recomputer, Digest recomputation, int attempt) =>
        new(MarketAct.Recompute, ledger) { Task = task, Actor = recomputer, Reference = recomputation, Number = checked((ulong)attempt) };

    /// <summary>The ledger settled the challenged claim as served.</summary>
    public static MarketCommand Acquit(NodeId ledger, Digest task) => new(MarketAct.Acquit, ledger) { Task = task };

    /// <summary>The ledger settled the claim as convicted.</summary>
    public static MarketCommand Convict(NodeId ledger, Digest task) => new(MarketAct.Convict, ledger) { Task = task };

    /// <summary>A reversed task is queued again.</summary>
    public static MarketCommand Requeue(NodeId ledger, Digest task) => new(MarketAct.Requeue, ledger) { Task = task };

    /// <summary>The provider was silent, or did not accept in time.</summary>
    public static MarketCommand Reassign(NodeId ledger, Digest task) => new(MarketAct.Reassign, ledger) { Task = task };

    /// <summary>The window is over and the ledger paid.</summary>
    public static MarketCommand Finish(NodeId ledger, Digest task) => new(MarketAct.Finish, ledger) { Task = task };

    /// <summary>Nobody took the task in time.</summary>
    public static MarketCommand Expire(NodeId ledger, Digest task) => new(MarketAct.Expire, ledger) { Task = task };

    /// <summary>An auction ends before its time because its requester's balance does not cover its queued auctions: a task that nobody can be paid for must not stand before others.</summary>
    public static MarketCommand ExpireUnfunded(NodeId ledger, Digest task) => new(MarketAct.Expire, ledger) { Task = task, Amount = new Amount(Unfunded) };

    /// <summary>A task ends, and nobody is blamed, because the ledger keeps its record no more: a day after the opening deadline nobody can learn there how it was settled.</summary>
    public static MarketCommand ExpireForgotten(NodeId ledger, Digest task) => new(MarketAct.Expire, ledger) { Task = task, Amount = new Amount(Forgotten) };

    /// <summary>A strategy begins to run the task.</summary>
    public static MarketCommand StartRun(NodeId ledger, NodeId requester, Digest task, int run) =>
        new(MarketAct.StartRun, ledger) { Actor = requester, Task = task, Number = checked((ulong)run) };

    /// <summary>A strategy's run came to an end.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="requester">The requester.</param>
    /// <param name="task">The task.</param>
    /// <param name="ledgerTask">The first task that its settlement closed; <c>default</c> where nobody accepted.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="isDelivered">Whether an output was delivered.</param>
    /// <param name="run">The run, <see cref="MarketTask.Assignments"/>.</param>
    public static MarketCommand FinishRun(NodeId ledger, NodeId requester, Digest task, Digest ledgerTask, VerdictKind verdict, bool isDelivered, int run) =>
        new(MarketAct.FinishRun, ledger) { Actor = requester, Task = task, Reference = ledgerTask, Amount = new Amount((ulong)verdict | (isDelivered ? 4UL : 0UL)), Number = checked((ulong)run) };

    /// <summary>A strategy's run was lost with its process.</summary>
    public static MarketCommand LoseRun(NodeId ledger, NodeId requester, Digest task, int run) =>
        new(MarketAct.LoseRun, ledger) { Actor = requester, Task = task, Number = checked((ulong)run) };

    /// <summary>The ledger's stakes changed.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="changes">What changed since the market was last told, in the order of the nodes; 1 to <see cref="MaxStakes"/>.</param>
    /// <exception cref="ArgumentException">There are none, too many, or they are not in order.</exception>
    public static MarketCommand NoteStakes(NodeId ledger, ImmutableArray<StakeChange> changes) => AreStakes(changes)
        ? new(MarketAct.NoteStakes, ledger) { Stakes = changes }
        : throw new ArgumentException($"Expected 1 to {MaxStakes} changes in the order of their nodes.", nameof(changes));

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out MarketCommand? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        var act = (MarketAct)reader.ReadByte();
        NodeId ledger = reader.Read<NodeId>();
        if (act == MarketAct.Post)
        {
            Digest commitment = reader.ReadDigest();
            value = reader.Read<MarketPosting>() is { } posting && posting.Ledger == ledger ? Post(posting, commitment) : null;
        }
        else if (act == MarketAct.NoteStakes)
        {
            ImmutableArray<StakeChange> changes = ReadStakes(ref reader);
            value = !reader.Failed && AreStakes(changes) ? NoteStakes(ledger, changes) : null;
        }
        else if (act is > MarketAct.None and <= MarketAct.LoseRun)
        {
            value = new MarketCommand(act, ledger)
            {
                Actor = reader.Read<NodeId>(),
                Task = reader.ReadDigest(),
                Reference = reader.ReadDigest(),
                Amount = new Amount(reader.ReadUInt64()),
                Number = reader.ReadUInt64(),
            };
            value = value.HasGoodForm ? value : null;
        }

        if (value is null || reader.Failed)
        {
            reader.Fail();
            value = null;
        }

        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteByte((byte)Act);
        Ledger.WriteTo(ref writer);
        if (Posting is { } posting)
        {
            writer.WriteDigest(Reference);
            posting.WriteTo(ref writer);
            return;
        }

        if (Act == MarketAct.NoteStakes)
        {
            writer.WriteUInt16((ushort)Stakes.Length);
            foreach (StakeChange change in Stakes)
            {
                change.Node.WriteTo(ref writer);
                writer.WriteUInt64(change.Stake.Units);
            }

            return;
        }

        Actor.WriteTo(ref writer);
        writer.WriteDigest(Task);
        writer.WriteDigest(Reference);
        writer.WriteUInt64(Amount.Units);
        writer.WriteUInt64(Number);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] MarketCommand? other) => other is not null && Act == other.Act && Ledger == other.Ledger && Actor == other.Actor && Task == other.Task
        && Reference == other.Reference && Amount == other.Amount && Number == other.Number && Equals(Posting, other.Posting) && Stakes.AsSpan().SequenceEqual(other.Stakes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Act, Actor, Task, Reference, Amount, Number, Stakes.Length);

    private static bool AreStakes(ImmutableArray<StakeChange> changes)
    {
        bool areGood = !changes.IsDefaultOrEmpty && changes.Length <= MaxStakes;
        NodeId last = default;
        for (int i = 0; areGood && i < changes.Length; i++)
        {
            areGood = changes[i].Node.CompareTo(last) > 0;
            last = changes[i].Node;
        }

        return areGood;
    }

    private static ImmutableArray<StakeChange> ReadStakes(ref CanonicalReader reader)
    {
        ImmutableArray<StakeChange>.Builder changes = ImmutableArray.CreateBuilder<StakeChange>();
        for (int count = reader.ReadUInt16(); count > 0 && !reader.Failed; count--)
        {
            changes.Add(new StakeChange(reader.Read<NodeId>(), new Amount(reader.ReadUInt64())));
        }

        return changes.DrainToImmutable();
    }

    private bool HasGoodForm
    {
        get
        {
            bool usesActor = NeedsSignature || Act is MarketAct.Recompute or MarketAct.Deliver;
            bool usesTask = Act is not (MarketAct.Join or MarketAct.Leave);
            bool usesReference = Act is MarketAct.Confirm or MarketAct.Answer or MarketAct.OpenDraw or MarketAct.Recompute or MarketAct.FinishRun;
            bool usesAmount = Act is MarketAct.Join or MarketAct.Leave or MarketAct.Bid or MarketAct.FinishRun or MarketAct.Expire;
            bool usesNumber = Act is MarketAct.Join or MarketAct.Bid or MarketAct.Recompute or MarketAct.StartRun or MarketAct.FinishRun or MarketAct.LoseRun;
            return (usesActor || Actor == default) && (usesTask || Task == default) && (usesReference || Reference == default)
                && (usesAmount || Amount == Amount.Zero) && (usesNumber || Number == 0) && Number <= ushort.MaxValue
                && (Act != MarketAct.Expire || Amount.Units <= Forgotten)
                && (Act != MarketAct.FinishRun || (Amount.Units <= 7 && (Amount.Units & 3) <= (ulong)VerdictKind.Rejected));
        }
    }
}
