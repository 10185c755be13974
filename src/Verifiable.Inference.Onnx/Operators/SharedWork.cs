using System.Runtime.ExceptionServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The pieces of one operator. Every thread has a share of neighbouring items, the same one for every operator with as many items, so that it mostly reads
/// what it has written; who has done its own share takes pieces of the others'. Pieces shrink towards the end of a share: all are done at about the same time.
/// Thread-safe while it is worked on; used again for another operator when all threads are done.</summary>
internal sealed class SharedWork
{
    // Counters of different threads stand in different cache lines.
    private const int Distance = 16;

    private int _shares;
    private int _count;
    private int _most;
    private Action<int, int>? _body;
    private CancellationToken _cancellationToken;
    private long[] _next = [];
    private Exception? _failure;

    /// <summary>Makes the shares of the work of one operator. No thread works on another any more.</summary>
    /// <param name="shares">The number of threads.</param>
    /// <param name="count">The number of items.</param>
    /// <param name="most">The most items of a piece, 1 or more.</param>
    /// <param name="body">Computes the items from its first argument up to, but without, its second.</param>
    /// <param name="cancellationToken">Stops the work between pieces.</param>
    internal void Begin(int shares, int count, int most, Action<int, int> body, CancellationToken cancellationToken)
    {
        _shares = shares;
        _count = count;
        _most = most;
        _body = body;
        _cancellationToken = cancellationToken;
        if (_next.Length < shares * Distance)
        {
            _next = new long[shares * Distance];
        }

        for (int share = 0; share < shares; share++)
        {
            _next[share * Distance] = First(share);
        }
    }

    /// <summary>Lets go of the operator and throws what the first thread that failed has thrown.</summary>
    internal void End()
    {
        Exception? failure = _failure;
        (_body, _cancellationToken, _failure) = (null, default, null);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Computes pieces until no share has one left, or a thread has failed. Throws nothing.</summary>
    /// <param name="own">The share of the calling thread.</param>
    internal void Work(int own)
    {
        try
        {
            for (int i = 0; i < _shares; i++)
            {
                int share = (own + i) % _shares;
                while (Volatile.Read(ref _failure) is null && TryClaim(share, out int from, out int to))
                {
                    _cancellationToken.ThrowIfCancellationRequested();
                    _body!(from, to);
                }
            }
        }
        catch (Exception exception)
        {
            // Whatever it is goes to the caller's thread, which throws it again; the first failure says most.
            Fail(exception);
        }
    }

    /// <summary>Says that a thread has failed: no other begins another piece.</summary>
    internal void Fail(Exception exception) => Interlocked.CompareExchange(ref _failure, exception, null);

    private long First(int share) => (long)_count * share / _shares;

    private bool TryClaim(int share, out int from, out int to)
    {
        (from, to) = (0, 0);
        ref long next = ref _next[share * Distance];
        long end = First(share + 1);
        while (true)
        {
            long start = Volatile.Read(ref next);
            if (start >= end)
            {
                return false;
            }

            long stop = start + Math.Clamp((end - start + 1) / 2, 1, _most);
            if (Interlocked.CompareExchange(ref next, stop, start) == start)
            {
                (from, to) = ((int)start, (int)stop);
                return true;
            }
        }
    }
}
