using System.Runtime.ExceptionServices;
using Verifiable.Inference.Onnx.Arithmetic;

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
    /// <exception cref="OperationCanceledException">The computation was stopped; some items may not be computed.</exception>
    /// <exception cref="PlatformNotSupportedException">Another thread flushes subnormals or does not round to nearest.</exception>
    internal void For(int count, long workPerItem, Action<int, int> body)
    {
        CancellationToken.ThrowIfCancellationRequested();

        // One item at a time would be slow for tiny items: cancellation is looked at after about a millisecond of work.
        int step = (int)Math.Clamp(4_000_000 / Math.Max(1, workPerItem), 1, Math.Max(1, count));
        long parts = Math.Min(Math.Min(Threads, count), 1 + ((long)Int128.Min((Int128)count * workPerItem, long.MaxValue) / LeastWorkPerThread));
        if (parts <= 1)
        {
            Part(0, count, step, body);
            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = (int)parts, CancellationToken = CancellationToken };
        try
        {
            Parallel.For(0, (int)parts, options, part =>
            {
                // The engine has looked at the calling thread only; native code may have changed one of the pool.
                FloatEnvironment.Require();
                Part((int)(count * (long)part / parts), (int)(count * (part + 1L) / parts), step, body);
            });
        }
        catch (AggregateException exception)
        {
            // One thread or many: the caller sees what the body threw.
            Exception first = exception.InnerExceptions.FirstOrDefault(inner => inner is not OperationCanceledException) ?? exception.InnerExceptions[0];
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private void Part(int start, int end, int step, Action<int, int> body)
    {
        for (long from = start; from < end; from += step)
        {
            CancellationToken.ThrowIfCancellationRequested();
            body((int)from, (int)Math.Min(end, from + step));
        }
    }
}
