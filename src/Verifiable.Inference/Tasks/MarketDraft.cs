using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>A market's state being changed by one command; after a refusal it is thrown away.</summary>
internal sealed class MarketDraft(MarketState state, long now)
{
    private ImmutableSortedDictionary<Digest, MarketTask> _tasks = state.Tasks;
    private ImmutableSortedDictionary<NodeId, MarketProvider> _providers = state.Providers;
    private ImmutableSortedSet<Digest> _queued = state.Queued;
    private ulong _posted = state.Posted;

    /// <summary>Gets or sets the bonded stakes on the ledger.</summary>
    public ImmutableSortedDictionary<NodeId, Amount> Stakes { get; set; } = state.Stakes;

    /// <summary>Gets the time of the command.</summary>
    public long Now { get; } = now;

    /// <summary>Gets the queued tasks.</summary>
    public IEnumerable<MarketTask> Queued => _queued.Select(id => _tasks[id]);

    /// <summary>Gets a task.</summary>
    public MarketTask? FindTask(Digest task) => _tasks.GetValueOrDefault(task);

    /// <summary>Gets a provider; <c>default</c> for one that never joined.</summary>
    public MarketProvider GetProvider(NodeId provider) => _providers.GetValueOrDefault(provider);

    /// <summary>Gives the number of a new task.</summary>
    public ulong NextNumber() => _posted++;

    /// <summary>Puts a task.</summary>
    public void Set(MarketTask task)
    {
        task = task.IsClosed ? task with { Stakes = ImmutableSortedDictionary<NodeId, Amount>.Empty } : task;
        _tasks = _tasks.SetItem(task.Id, task);
        _queued = task.State == MarketTaskState.Queued ? _queued.Add(task.Id) : _queued.Remove(task.Id);
    }

    /// <summary>Puts a provider.</summary>
    public void Set(NodeId id, MarketProvider provider) => _providers = _providers.SetItem(id, provider);

    /// <summary>Makes the state after the command.</summary>
    public MarketState ToState() => new(_tasks, _providers, _queued, Stakes, _posted, Now);
}
