using System.Collections.Concurrent;
using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Who is told of demands, for each provider. Nobody can take another's place. Thread-safe.</summary>
internal sealed class LedgerWatchers
{
    private readonly ConcurrentDictionary<NodeId, ImmutableArray<Watcher>> _watchers = new();

    /// <summary>Adds a watcher; it leaves when it is disposed.</summary>
    public IDisposable Add(NodeId provider, Action<Digest> onDemand)
    {
        Watcher watcher = new(this, provider, onDemand);
        _ = _watchers.AddOrUpdate(provider, [watcher], (_, all) => all.Add(watcher));
        return watcher;
    }

    /// <summary>Tells all who watch for a provider.</summary>
    public void Tell(NodeId provider, Digest task)
    {
        if (_watchers.TryGetValue(provider, out ImmutableArray<Watcher> all))
        {
            foreach (Watcher watcher in all)
            {
                Tell(watcher.OnDemand, task);
            }
        }
    }

    /// <summary>Tells one watcher.</summary>
    public static void Tell(Action<Digest> onDemand, Digest task)
    {
        try
        {
            onDemand(task);
        }
        catch (Exception)
        {
            // The provider's own code: its fault is its own, as silence, and must not become the requester's, nor another watcher's.
        }
    }

    private sealed class Watcher(LedgerWatchers watchers, NodeId provider, Action<Digest> onDemand) : IDisposable
    {
        public Action<Digest> OnDemand => onDemand;

        public void Dispose() => watchers._watchers.AddOrUpdate(provider, [], (_, all) => all.Remove(this));
    }
}
