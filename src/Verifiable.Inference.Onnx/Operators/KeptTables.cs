namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Counts the tables of the latest shapes that the operators of one model keep. Thread-safe.</summary>
/// <param name="limit">The most bytes of all tables.</param>
internal sealed class KeptTables(long limit)
{
    private long _bytes;

    /// <summary>Gets the bytes that are kept.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Makes room for tables, or says that there is none.</summary>
    internal bool TryKeep(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= limit)
        {
            return true;
        }

        LetGo(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    internal void LetGo(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
