namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What a run gives to every operator: the seed, the number of threads, and the way to stop. Immutable and thread-safe.</summary>
public sealed class OperatorContext
{
    /// <summary>Creates a context.</summary>
    /// <param name="seed">The request's seed, for operators that draw.</param>
    /// <param name="threads">The most threads an operator may use, 1 or more; the result does not depend on it.</param>
    /// <param name="cancellationToken">Stops the computation within one operator.</param>
    public OperatorContext(ulong seed = 0, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Seed = seed;
        Threads = threads;
        CancellationToken = cancellationToken;
    }

    /// <summary>Gets the request's seed.</summary>
    public ulong Seed { get; }

    /// <summary>Gets the most threads an operator may use.</summary>
    public int Threads { get; }

    /// <summary>Gets the token that stops the computation.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Gets the work below which another thread is not worth it: handing work over costs more than it saves.</summary>
    internal long LeastWorkPerThread { get; init; } = 32_768;

    /// <summary>Runs independent items, in index order on one thread or in contiguous parts on several.</summary>
    /// <param name="count">The number of items.</param>
    /// <param name="workPerItem">About how many elementary operations one item takes: little work stays on one thread.</param>
    /// <param name="body">Computes the items from its first argument up to, but without, its second. It writes to its own items only.</param>
    internal void For(int count, long workPerItem, Action<int, int> body)
    {
        CancellationToken.ThrowIfCancellationRequested();
        long parts = Math.Min(Math.Min(Threads, count), 1 + ((long)Int128.Min((Int128)count * workPerItem, long.MaxValue) / LeastWorkPerThread));
        if (parts <= 1)
        {
            // One item at a time would be slow for tiny items: cancellation is looked at after about a millisecond of work.
            int step = (int)Math.Clamp(4_000_000 / Math.Max(1, workPerItem), 1, Math.Max(1, count));
            for (int from = 0; from < count; from += step)
            {
                CancellationToken.ThrowIfCancellationRequested();
                body(from, Math.Min(count, from + step));
            }

            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = (int)parts, CancellationToken = CancellationToken };
        Parallel.For(0, (int)parts, options, part => body((int)(count * (long)part / parts), (int)(count * (part + 1L) / parts)));
    }
}
