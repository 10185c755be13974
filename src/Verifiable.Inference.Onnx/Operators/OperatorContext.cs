using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What a run gives to every operator: the seed, the number of threads, and the way to stop. Thread-safe.</summary>
public sealed class OperatorContext
{
    private readonly ulong _seed;

    /// <summary>Creates a context.</summary>
    /// <param name="seed">The request's seed, for operators that draw.</param>
    /// <param name="threads">The most threads an operator may use, 1 or more; the result does not depend on it.</param>
    /// <param name="cancellationToken">Stops the computation within one operator.</param>
    public OperatorContext(ulong seed = 0, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _seed = seed;
        Threads = threads;
        CancellationToken = cancellationToken;
    }

    /// <summary>Gets the request's seed.</summary>
    public ulong Seed
    {
        get
        {
            SeedWasRead = true;
            return _seed;
        }
    }

    /// <summary>Gets the most threads an operator may use.</summary>
    public int Threads { get; }

    /// <summary>Gets the token that stops the computation.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Gets a value indicating whether an operator has drawn: its outputs belong to one seed.</summary>
    internal bool SeedWasRead { get; private set; }

    /// <summary>Gets what is done to complete runs of the output; <see langword="null"/> for nothing.</summary>
    internal Epilogue? Epilogue { get; init; }

    /// <summary>Gets where the right matrices of a product lie, when not in the tensor that goes in; <see langword="null"/> where they do.</summary>
    internal StridedMatrices? Right { get; init; }

    /// <summary>Gets the work below which another thread is not worth it: handing work over costs more than it saves.</summary>
    internal long LeastWorkPerThread { get; init; } = 32_768;

    /// <summary>Completes a run of elements of the first output: what follows it in its chain is done, and NaNs become canonical. Operators that say
    /// <see cref="BoundOperator.FinishesOutput"/> call it exactly once for every element, on any thread.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="start">The row-major index of the first one in the whole output.</param>
    internal void Finish(Span<float> values, int start)
    {
        if (Epilogue is Epilogue epilogue)
        {
            epilogue.Apply(values, start);
            if (epilogue.LeavesCanonicalNaNs)
            {
                return;
            }
        }

        CanonicalNaN.Apply(values);
    }

    /// <summary>Makes the same context with an epilogue.</summary>
    internal OperatorContext With(Epilogue? epilogue) =>
        ReferenceEquals(epilogue, Epilogue) ? this : new OperatorContext(_seed, Threads, CancellationToken) { LeastWorkPerThread = LeastWorkPerThread, Epilogue = epilogue, Right = Right };

    /// <summary>Makes the same context with right matrices that lie elsewhere.</summary>
    internal OperatorContext WithRight(StridedMatrices right) => new(_seed, Threads, CancellationToken) { LeastWorkPerThread = LeastWorkPerThread, Epilogue = Epilogue, Right = right };

    /// <summary>Runs items that depend on those before them: in index order, on one thread.</summary>
    /// <exception cref="OperationCanceledException">The computation was stopped; some items may not be computed.</exception>
    internal void InOrder(int count, long workPerItem, Action<int, int> body) => new OperatorContext(_seed, 1, CancellationToken).For(count, workPerItem, body);

    /// <summary>Runs independent items, in index order on one thread or in contiguous pieces on several.</summary>
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
            for (long from = 0; from < count; from += step)
            {
                CancellationToken.ThrowIfCancellationRequested();
                body((int)from, (int)Math.Min(count, from + step));
            }

            return;
        }

        WorkerTeam.Run((int)parts, count, step, body, CancellationToken);
    }
}
