using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>The tasks of one settlement while it is done, in their order. Most settlements have few, and need no table.</summary>
internal sealed class SettlementSources(int count)
{
    private const int MostWithoutTable = 8;

    private readonly List<SettlementSource> _sources = new(count);
    private readonly Dictionary<Digest, SettlementSource>? _table = count > MostWithoutTable ? new Dictionary<Digest, SettlementSource>(count) : null;

    /// <summary>Finds a task.</summary>
    public SettlementSource? Find(Digest task)
    {
        if (_table is not null)
        {
            return _table.GetValueOrDefault(task);
        }

        foreach (SettlementSource source in _sources)
        {
            if (source.Task == task)
            {
                return source;
            }
        }

        return null;
    }

    /// <summary>Adds a task; false when it is there already.</summary>
    public bool TryAdd(SettlementSource source)
    {
        if (Find(source.Task) is not null)
        {
            return false;
        }

        _sources.Add(source);
        _table?.Add(source.Task, source);
        return true;
    }

    /// <summary>Closes all of them, in their order.</summary>
    public void Close(LedgerDraft draft)
    {
        foreach (SettlementSource source in _sources)
        {
            source.Close(draft);
        }
    }
}
