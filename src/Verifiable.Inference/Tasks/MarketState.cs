using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>
/// Everything a market knows, and the rule by which commands change it: pure, total, without clock or chance. It holds no money: what a task costs and who is paid is on the ledger, and what
/// depends on the ledger is checked against it before a command gets here (<see cref="TaskMarket"/>). Immutable and thread-safe.
/// </summary>
public sealed class MarketState
{
    /// <summary>The highest priority, at which age alone decides: 8.</summary>
    public const int HighestPriority = 8;

    /// <summary>What each re-queueing adds to the priority: 2.</summary>
    public const int RequeueBoost = 2;

    /// <summary>The time in the market that adds one to the priority: 1 minute. After eight, nothing that is posted later comes first.</summary>
    public const long AgeStepMilliseconds = 60_000;

    /// <summary>How long a provider is barred that was silent on a task that it had accepted, and from the auctions of a requester that it let a task of fall: 5 minutes.</summary>
    public const long BarMilliseconds = 300_000;

    internal MarketState(
        ImmutableSortedDictionary<Digest, MarketTask> tasks,
        ImmutableSortedDictionary<NodeId, MarketProvider> providers,
        ImmutableSortedSet<Digest> queued,
        ImmutableSortedDictionary<NodeId, Amount> stakes,
        ulong posted,
        long time)
    {
        Tasks = tasks;
        Providers = providers;
        Queued = queued;
        Stakes = stakes;
        Posted = posted;
        Time = time;
    }

    /// <summary>Gets the state before the first command.</summary>
    public static MarketState Empty { get; } = new(
        ImmutableSortedDictionary<Digest, MarketTask>.Empty, ImmutableSortedDictionary<NodeId, MarketProvider>.Empty, ImmutableSortedSet<Digest>.Empty, ImmutableSortedDictionary<NodeId, Amount>.Empty, 0, 0);

    /// <summary>Gets all tasks, closed ones too, in the order of their ids.</summary>
    public ImmutableSortedDictionary<Digest, MarketTask> Tasks { get; }

    /// <summary>Gets all providers that ever joined, in the order of their ids.</summary>
    public ImmutableSortedDictionary<NodeId, MarketProvider> Providers { get; }

    /// <summary>Gets the ids of the queued tasks.</summary>
    public ImmutableSortedSet<Digest> Queued { get; }

    /// <summary>Gets the bonded stakes on the ledger, as the market was last told.</summary>
    public ImmutableSortedDictionary<NodeId, Amount> Stakes { get; }

    /// <summary>Gets how many tasks were posted.</summary>
    public ulong Posted { get; }

    /// <summary>Gets the time of the last command, in milliseconds since 1970-01-01 UTC; 0 before the first.</summary>
    public long Time { get; }

    /// <summary>Gets a task, or <see langword="null"/> when there is none with this id.</summary>
    public MarketTask? FindTask(Digest task) => Tasks.GetValueOrDefault(task);

    /// <summary>Gets a provider; one that never joined where the id is unknown.</summary>
    public MarketProvider GetProvider(NodeId provider) => Providers.GetValueOrDefault(provider);

    /// <summary>Gets the queued tasks in the order in which they are to be served: by priority, then by when they were posted.</summary>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC.</param>
    public ImmutableArray<MarketTask> QueueAt(long now) =>
        [.. Queued.Select(id => Tasks[id]).OrderByDescending(task => task.PriorityAt(now)).ThenBy(static task => task.Number)];

    /// <summary>Does a command, or refuses it. That its author may give it, and that the ledger shows what it says, is not asked here.</summary>
    /// <param name="command">The command.</param>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC; not before <see cref="Time"/>.</param>
    /// <param name="next">The state after the command; after a refusal this very state.</param>
    /// <returns>Why the command was refused, or <see cref="MarketRefusal.None"/>.</returns>
    public MarketRefusal Apply(MarketCommand command, long now, out MarketState next)
    {
        ArgumentNullException.ThrowIfNull(command);
        next = this;
        if (now < Time)
        {
            return MarketRefusal.TimeRunsBackwards;
        }

        MarketDraft draft = new(this, now);
        MarketRefusal refusal = MarketRules.Apply(draft, command);
        if (refusal == MarketRefusal.None)
        {
            next = draft.ToState();
        }

        return refusal;
    }
}
