using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>
/// Releases envelopes in rounds of one size at regular times, in random order, so that a round on the ledger looks the same whatever is in it: first envelopes, twins, votes. Share one among all
/// requests of a requester. Thread-safe; it holds no timer while nothing waits.
/// </summary>
/// <remarks>
/// What a provider sees of a full round (its time, its size, the terms, the position of its own envelope) does not depend on what its envelope is for. A round that goes out short because
/// nothing more waited tells how much was asked for, and with that a little: <see cref="ShortRounds"/> counts them. Keep work waiting, or choose smaller rounds.
/// </remarks>
public sealed class EnvelopeMixer
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiting = new();
    private readonly TimeProvider _time;
    private readonly IRandomSource _randomness;
    private ITimer? _timer;

    /// <summary>Creates a mixer.</summary>
    /// <param name="envelopesPerRound">How many envelopes a round has, 1 or more.</param>
    /// <param name="roundInterval">The time between rounds, at least 1 ms. Rounds are at multiples of it.</param>
    /// <param name="longestWait">How long an envelope waits for its round to fill before it goes out in a short one; at least the interval.</param>
    /// <param name="time">The clock; the network's.</param>
    /// <param name="randomness">The order within rounds; the system's by default.</param>
    public EnvelopeMixer(int envelopesPerRound, TimeSpan roundInterval, TimeSpan longestWait, TimeProvider? time = null, IRandomSource? randomness = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(envelopesPerRound, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(roundInterval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(longestWait, roundInterval);
        EnvelopesPerRound = envelopesPerRound;
        RoundInterval = roundInterval;
        LongestWait = longestWait;
        _time = time ?? TimeProvider.System;
        _randomness = randomness ?? SystemRandomSource.Instance;
    }

    /// <summary>Gets how many envelopes a round has.</summary>
    public int EnvelopesPerRound { get; }

    /// <summary>Gets the time between rounds.</summary>
    public TimeSpan RoundInterval { get; }

    /// <summary>Gets how long an envelope waits for its round to fill.</summary>
    public TimeSpan LongestWait { get; }

    /// <summary>Gets how many rounds went out full.</summary>
    public int FullRounds { get; private set; }

    /// <summary>Gets how many rounds went out short: the envelopes in them were hidden among fewer.</summary>
    public int ShortRounds { get; private set; }

    /// <summary>Gets how many envelopes wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count(static waiter => !waiter.Release.Task.IsCompleted);
            }
        }
    }

    /// <summary>Waits until an envelope may be opened.</summary>
    /// <param name="cancellationToken">Ends the wait; the envelope's place in the round is then left to the next.</param>
    public async ValueTask EnterAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter = new(_time.GetUtcNow());
        lock (_lock)
        {
            _waiting.Enqueue(waiter);
            Schedule();
        }

        using (cancellationToken.Register(static state => ((Waiter)state!).Release.TrySetCanceled(), waiter))
        {
            await waiter.Release.Task.ConfigureAwait(false);
        }
    }

    private void Schedule()
    {
        if (_timer is null && _waiting.Count > 0)
        {
            long interval = RoundInterval.Ticks;
            TimeSpan wait = TimeSpan.FromTicks(interval - (_time.GetUtcNow().UtcTicks % interval));
            _timer = _time.CreateTimer(static state => ((EnvelopeMixer)state!).Tick(), this, wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tick()
    {
        Waiter[] round;
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
            try
            {
                round = TakeRound();
            }
            finally
            {
                Schedule();
            }
        }

        // Outside of the lock: whoever is released goes on here, on the thread that moves the clock.
        foreach (Waiter waiter in round)
        {
            _ = waiter.Release.TrySetResult();
        }
    }

    private Waiter[] TakeRound()
    {
        // Rationale: whoever was cancelled hides nobody, wherever in the queue it stood.
        Waiter[] waiting = [.. _waiting.Where(static waiter => !waiter.Release.Task.IsCompleted)];
        bool isFull = waiting.Length >= EnvelopesPerRound;
        bool isDue = isFull || (waiting.Length > 0 && _time.GetUtcNow() - waiting[0].Since >= LongestWait);
        Waiter[] round = isDue ? waiting[..Math.Min(waiting.Length, EnvelopesPerRound)] : [];

        // Before anybody leaves the queue: where the source of randomness throws, all wait for the next round.
        Shuffle(round);
        _waiting.Clear();
        foreach (Waiter waiter in waiting.AsSpan(round.Length))
        {
            _waiting.Enqueue(waiter);
        }

        FullRounds += isFull ? 1 : 0;
        ShortRounds += isDue && !isFull ? 1 : 0;
        return round;
    }

    // Fisher and Yates, with numbers below 2^64 reduced: biased by less than 2^−48 for rounds below 65,536.
    private void Shuffle(Waiter[] round)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (int i = round.Length - 1; i > 0; i--)
        {
            _randomness.Fill(bytes);
            int j = (int)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes) % (ulong)(i + 1));
            (round[i], round[j]) = (round[j], round[i]);
        }
    }

    private sealed class Waiter(DateTimeOffset since)
    {
        public DateTimeOffset Since { get; } = since;

        // Continues where it is released; a run in virtual time must not hop to another thread.
        public TaskCompletionSource Release { get; } = new();
    }
}
