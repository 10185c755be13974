namespace Verifiable.Inference.Simulation;

/// <summary>
/// A clock that stands still until <see cref="Run{T}"/> needs it to move: then it jumps to the next timer. A deadline of an hour costs nothing, and the same
/// program gives the same times. Thread-safe; timers fire on the thread that runs.
/// </summary>
/// <remarks>Assumption: what is run continues on the thread that completes it (no hop to the thread pool), as this library's own code does. A part that does
/// hop is not supported: the clock may jump over its deadline while it works.</remarks>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _gate = new();

    // A heap: the next timer is first. Each timer knows its place, so that it can leave from the middle: most are cancelled before they are due.
    private readonly List<VirtualTimer> _due = [];

    private DateTimeOffset _now;
    private long _order;

    /// <summary>Creates a clock.</summary>
    /// <param name="start">Where it starts; 2026-01-01 UTC by default.</param>
    public VirtualTime(DateTimeOffset? start = null)
    {
        _now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VirtualTimer timer = new(this, callback, state);
        _ = timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on, firing the timers that fall due.</summary>
    /// <param name="span">How far, 0 or more.</param>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        DateTimeOffset end = GetUtcNow() + span;
        while (FireNext(end))
        {
            // Each timer may start others.
        }

        lock (_gate)
        {
            _now = end > _now ? end : _now;
        }
    }

    /// <summary>Runs work to its end, moving the clock to the next timer whenever the work waits.</summary>
    /// <exception cref="InvalidOperationException">The work waits for something that is no timer of this clock.</exception>
    public T Run<T>(ValueTask<T> work)
    {
        Task<T> task = work.AsTask();
        while (!task.IsCompleted)
        {
            if (!FireNext(DateTimeOffset.MaxValue) && !WaitForPool(task))
            {
                throw new InvalidOperationException("Expected work that waits for timers of this clock, got work that waits for something else.");
            }
        }

        return task.GetAwaiter().GetResult();
    }

    // A grace for a part that hopped to the thread pool, which may end the work or start a timer; then nothing can wake the work any more.
    private bool WaitForPool(IAsyncResult work)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (work.AsyncWaitHandle.WaitOne(TimeSpan.FromMilliseconds(10)) || HasTimers)
            {
                return true;
            }
        }

        return false;
    }

    private bool HasTimers
    {
        get
        {
            lock (_gate)
            {
                return _due.Count > 0;
            }
        }
    }

    private bool FireNext(DateTimeOffset end)
    {
        VirtualTimer? next;
        lock (_gate)
        {
            next = _due.Count == 0 ? null : _due[0];
            if (next is null || next.Due > end)
            {
                return false;
            }

            Leave(next);
            _now = next.Due > _now ? next.Due : _now;
            if (next.Period > TimeSpan.Zero)
            {
                Schedule(next, next.Period, next.Period);
            }
        }

        next.Fire();
        return true;
    }

    private void Schedule(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            Leave(timer);
            if (dueTime >= TimeSpan.Zero)
            {
                timer.Due = dueTime > DateTimeOffset.MaxValue - _now ? DateTimeOffset.MaxValue : _now + dueTime;
                timer.Period = period;
                timer.Order = _order++;
                _due.Add(timer);
                Rise(timer, _due.Count - 1);
            }
        }
    }

    private void Cancel(VirtualTimer timer)
    {
        lock (_gate)
        {
            Leave(timer);
        }
    }

    private void Leave(VirtualTimer timer)
    {
        if (timer.Place < 0)
        {
            return;
        }

        VirtualTimer last = _due[^1];
        _due.RemoveAt(_due.Count - 1);
        if (!ReferenceEquals(last, timer))
        {
            Sink(last, timer.Place);
            Rise(last, last.Place);
        }

        timer.Place = -1;
    }

    private void Rise(VirtualTimer timer, int place)
    {
        for (int parent = (place - 1) / 2; place > 0 && timer.IsBefore(_due[parent]); parent = (place - 1) / 2)
        {
            Put(_due[parent], place);
            place = parent;
        }

        Put(timer, place);
    }

    private void Sink(VirtualTimer timer, int place)
    {
        for (int child = (2 * place) + 1; child < _due.Count; child = (2 * place) + 1)
        {
            child += child + 1 < _due.Count && _due[child + 1].IsBefore(_due[child]) ? 1 : 0;
            if (!_due[child].IsBefore(timer))
            {
                break;
            }

            Put(_due[child], place);
            place = child;
        }

        Put(timer, place);
    }

    private void Put(VirtualTimer timer, int place)
    {
        _due[place] = timer;
        timer.Place = place;
    }

    private sealed class VirtualTimer(VirtualTime clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; set; }

        public long Order { get; set; }

        /// <summary>Gets or sets the place among the timers that are due; −1 where it is none of them.</summary>
        public int Place { get; set; } = -1;

        public bool IsBefore(VirtualTimer other) => Due != other.Due ? Due < other.Due : Order < other.Order;

        public void Fire()
        {
            // Under a synchronization context (a test runner's, a user interface's) the framework sends continuations to the thread pool; the clock would then jump
            // ahead of the work that it woke.
            SynchronizationContext? context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                callback(state);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Schedule(this, dueTime, period);
            return true;
        }

        public void Dispose() => clock.Cancel(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
