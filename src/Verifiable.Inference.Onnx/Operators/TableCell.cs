namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Keeps the tables that one operator made for the latest shapes, so that runs of the same shapes need not make them again. Thread-safe.</summary>
/// <param name="kept">What all operators of the model keep.</param>
internal sealed class TableCell<T>(KeptTables kept)
    where T : class
{
    private Entry? _last;

    /// <summary>Gets the tables that are kept, if there are any.</summary>
    internal T? Value => Volatile.Read(ref _last)?.Tables;

    /// <summary>Keeps tables in the place of those before, where there is room.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="bytes">Their bytes.</param>
    internal void Keep(T tables, long bytes)
    {
        Entry? before = Interlocked.Exchange(ref _last, null);
        kept.LetGo(before?.Bytes ?? 0);
        if (kept.TryKeep(bytes))
        {
            // Another thread may have been faster.
            Entry? other = Interlocked.Exchange(ref _last, new Entry(tables, bytes));
            kept.LetGo(other?.Bytes ?? 0);
        }
    }

    private sealed record Entry(T Tables, long Bytes);
}
