using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>What a market knows of one task. Immutable.</summary>
public sealed record MarketTask
{
    /// <summary>Gets what was posted.</summary>
    public required MarketPosting Posting { get; init; }

    /// <summary>Gets the task's id.</summary>
    public required Digest Id { get; init; }

    /// <summary>Gets the market's commitment to the secrets of its random challenges, one for each assignment: the end of a chain of hashes.</summary>
    public required Digest DrawCommitment { get; init; }

    /// <summary>Gets where the task stands.</summary>
    public required MarketTaskState State { get; init; }

    /// <summary>Gets when the task was posted, in milliseconds since 1970-01-01 UTC: its place in the queue, which a re-queued task keeps.</summary>
    public required long PostedAt { get; init; }

    /// <summary>Gets the order of posting, which tells tasks of one moment apart.</summary>
    public required ulong Number { get; init; }

    /// <summary>Gets since when the task is queued; the price rises from then on.</summary>
    public long QueuedAt { get; init; }

    /// <summary>Gets who has the task, or had it last; nobody while a strategy draws.</summary>
    public NodeId Provider { get; init; }

    /// <summary>Gets the price at which it was taken.</summary>
    public Amount Price { get; init; }

    /// <summary>Gets the time of the next clock: to accept, or the end of the challenge window; in milliseconds since 1970-01-01 UTC.</summary>
    public long Due { get; init; }

    /// <summary>Gets the task of the ledger that holds the money; <c>default</c> before it is confirmed.</summary>
    public Digest LedgerTask { get; init; }

    /// <summary>Gets the claim, once it is posted on the ledger.</summary>
    public Digest Claim { get; init; }

    /// <summary>Gets how often the task was assigned.</summary>
    public int Assignments { get; init; }

    /// <summary>Gets how often it was taken from a provider that was silent or convicted.</summary>
    public int Reassignments { get; init; }

    /// <summary>Gets how often it was re-queued for what others did: each raises its priority. Runs that its requester lost do not.</summary>
    public int Requeues { get; init; }

    /// <summary>Gets whether the market opened the secret of its random challenge of the last assignment.</summary>
    public bool IsDrawOpened { get; init; }

    /// <summary>Gets the opened secret of the last assignment.</summary>
    public Digest DrawSecret { get; init; }

    /// <summary>Gets who challenged; nobody for the market itself.</summary>
    public NodeId Challenger { get; init; }

    /// <summary>Gets the task that recomputes the claim.</summary>
    public Digest Recomputation { get; init; }

    /// <summary>Gets how many recomputations were drawn.</summary>
    public int Recomputations { get; init; }

    /// <summary>Gets whether the answer was checked: the ledger settled a challenge of it as served; or, for a task that a strategy drew, its requester says that the strategy came to a verdict, of which the ledger
    /// shows a settlement and not what work it was for.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Gets who may not have the task again, in order.</summary>
    public ImmutableArray<NodeId> Excluded { get; init; } = [];

    /// <summary>
    /// Gets the stakes of the ledger when the task was posted, before anybody knew its secret: recomputers are drawn from them, whatever is bonded or unbonded afterwards. Not kept of a
    /// closed task.
    /// </summary>
    public ImmutableSortedDictionary<NodeId, Amount> Stakes { get; init; } = ImmutableSortedDictionary<NodeId, Amount>.Empty;

    /// <summary>Gets a value indicating whether the task is over.</summary>
    public bool IsClosed => State is MarketTaskState.Final or MarketTaskState.Withdrawn or MarketTaskState.Failed;

    /// <summary>Gets a value indicating whether a provider took the task and the ledger is not known to hold its stake yet.</summary>
    internal bool HoldsCollateral => State == MarketTaskState.Assigned && Provider != default && LedgerTask == default;

    /// <summary>Gets the price at a time: from the start, when the task was queued, up to the limit at the end of the ramp, and there it stays.</summary>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC.</param>
    public Amount PriceAt(long now)
    {
        long passed = Math.Clamp(now - QueuedAt, 0, Posting.Ramp);
        return Posting.Assignment != MarketAssignment.Auction || passed == Posting.Ramp
            ? Posting.PriceLimit
            : Posting.StartPrice + new Amount((ulong)((UInt128)(Posting.PriceLimit - Posting.StartPrice).Units * (ulong)passed / (ulong)Posting.Ramp));
    }

    /// <summary>
    /// Gets the priority at a time: what was posted, <see cref="MarketState.RequeueBoost"/> for each time it was re-queued, and one for each
    /// <see cref="MarketState.AgeStepMilliseconds"/> since it was posted; never above <see cref="MarketState.HighestPriority"/>.
    /// </summary>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC.</param>
    public int PriorityAt(long now)
    {
        long age = Math.Max(0, now - PostedAt) / MarketState.AgeStepMilliseconds;
        return (int)Math.Min(MarketState.HighestPriority, Posting.Priority + ((long)MarketState.RequeueBoost * Requeues) + age);
    }

    /// <summary>
    /// Gets who is drawn to recompute the claim next; nobody before the secret is open, or where no stake is left. Whoever is drawn and does not take it is followed by the next draw
    /// (<see cref="Recomputations"/>).
    /// </summary>
    public NodeId FindRecomputer() => State == MarketTaskState.Challenged && IsDrawOpened ? MarketStakes.Draw(this, Recomputations) : default;

    /// <summary>Tells whether a provider may not have the task: it had it and failed, it is the one to be checked, or it is the requester.</summary>
    public bool Excludes(NodeId provider) => provider == Posting.Requester || Excluded.Contains(provider);
}
