namespace Verifiable.Inference.Storage;

/// <summary>
/// Lets many waiters share one write and one fsync: the first to come leads, and writes for all that have appended by then; who comes while it writes waits for the next.
/// </summary>
internal sealed class GroupCommit
{
    private readonly Func<bool, ulong> _write;
    private readonly Action _awaitGroup;
    private readonly object _sync = new();
    private readonly List<(ulong Sequence, TaskCompletionSource Done)> _waiters = [];
    private readonly bool _waitersNeedDurable;

    private bool _leading;
    private bool _looping;
    private ulong _written;
    private ulong _durable;
    private StoreException? _fault;

    /// <summary>Begins after the records that are on disk already.</summary>
    /// <param name="durable">The number of the last of them.</param>
    /// <param name="waitersNeedDurable">Whether those who wait without a thread wait for the disk itself.</param>
    /// <param name="write">Writes all whole groups, and makes them durable if told to; gives the number of the last record that is written.</param>
    /// <param name="awaitGroup">Waits until the group that is open has ended.</param>
    public GroupCommit(ulong durable, bool waitersNeedDurable, Func<bool, ulong> write, Action awaitGroup)
    {
        _written = durable;
        _durable = durable;
        _waitersNeedDurable = waitersNeedDurable;
        _write = write;
        _awaitGroup = awaitGroup;
    }

    /// <summary>Gets the number of the last durable record.</summary>
    public ulong Durable => Volatile.Read(ref _durable);

    /// <summary>Gets the number of the last written record.</summary>
    public ulong Written => Volatile.Read(ref _written);

    /// <summary>Gets what the store failed by, once it has.</summary>
    public StoreException? Fault => Volatile.Read(ref _fault);

    /// <summary>Waits until a record is written, or durable.</summary>
    public void Wait(ulong sequence, bool durable)
    {
        while (true)
        {
            lock (_sync)
            {
                while (!IsDone(sequence, durable) && _leading)
                {
                    Monitor.Wait(_sync);
                }

                if (IsDone(sequence, durable))
                {
                    return;
                }

                ThrowIfFailed();
                _leading = true;
            }

            if (Lead(durable) < sequence)
            {
                _awaitGroup();
            }
        }
    }

    /// <summary>Waits without a thread until a record may be acknowledged.</summary>
    public ValueTask WaitAsync(ulong sequence)
    {
        TaskCompletionSource done;
        bool starts;
        lock (_sync)
        {
            if (IsDone(sequence, _waitersNeedDurable))
            {
                return ValueTask.CompletedTask;
            }

            if (_fault is not null)
            {
                return ValueTask.FromException(Again(_fault));
            }

            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((sequence, done));
            starts = !_looping;
            _looping = true;
        }

        if (starts)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static commit => commit.Loop(), this, preferLocal: false);
        }

        return new ValueTask(done.Task);
    }

    /// <summary>Fails: what is not written yet is not acknowledged any more, and everything after is refused.</summary>
    public void Fail(StoreException fault)
    {
        lock (_sync)
        {
            _fault ??= fault;
            FinishWaiters();
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Closes: everything after is refused.</summary>
    public void Close()
    {
        lock (_sync)
        {
            while (_leading)
            {
                Monitor.Wait(_sync);
            }

            _fault ??= new StoreException(StoreRefusal.Closed, "The store is closed.");
            FinishWaiters();
        }
    }

    /// <summary>Throws what the store failed by, if it has.</summary>
    public void ThrowIfFailed()
    {
        if (Fault is { } fault)
        {
            throw Again(fault);
        }
    }

    // One exception may not be thrown on two threads.
    private static StoreException Again(StoreException fault) => new(fault.Refusal, fault.Message, fault);

    private bool IsDone(ulong sequence, bool durable) => (durable ? _durable : _written) >= sequence;

    private void Loop()
    {
        while (true)
        {
            ulong wanted;
            lock (_sync)
            {
                while (_leading)
                {
                    Monitor.Wait(_sync);
                }

                if (_waiters.Count == 0)
                {
                    _looping = false;
                    return;
                }

                wanted = _waiters.Min(static waiter => waiter.Sequence);
                _leading = true;
            }

            if (Lead(_waitersNeedDurable) < wanted && Fault is null)
            {
                _awaitGroup();
            }
        }
    }

    private ulong Lead(bool durable)
    {
        ulong written = 0;
        StoreException? fault = new(StoreRefusal.AccessFailed, "The journal could not be written.");
        try
        {
            written = _write(durable);
            fault = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = exception as StoreException ?? StoreException.From(exception);
        }
        finally
        {
            lock (_sync)
            {
                _leading = false;
                if (fault is null)
                {
                    _written = Math.Max(_written, written);
                    _durable = durable ? Math.Max(_durable, written) : _durable;
                }

                _fault ??= fault;
                FinishWaiters();
                Monitor.PulseAll(_sync);
            }
        }

        return fault is null ? written : ulong.MaxValue;
    }

    private void FinishWaiters()
    {
        _ = _waiters.RemoveAll(waiter =>
        {
            bool done = IsDone(waiter.Sequence, _waitersNeedDurable);
            if (done)
            {
                waiter.Done.SetResult();
            }
            else if (_fault is not null)
            {
                waiter.Done.SetException(Again(_fault));
            }

            return done || _fault is not null;
        });
    }
}
