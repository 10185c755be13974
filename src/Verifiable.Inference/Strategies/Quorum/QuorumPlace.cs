using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>A task while it runs: the seats of one provider, and how far it is.</summary>
internal sealed class QuorumPlace
{
    private readonly TaskCompletionSource<bool> _accepted;
    private SeatRecord? _record;

    public QuorumPlace(IReadOnlyList<Seat> seats, int leaf, TaskEnvelope envelope, bool isConcurrent, Func<TaskCompletionSource<bool>, Task<TaskResult>> run)
    {
        _accepted = isConcurrent ? new(TaskCreationOptions.RunContinuationsAsynchronously) : new();
        Seats = seats;
        Leaf = leaf;
        Envelope = envelope;
        Running = isConcurrent ? Task.Run(() => run(_accepted)) : run(_accepted);
    }

    public IReadOnlyList<Seat> Seats { get; }

    public int Leaf { get; }

    public TaskEnvelope Envelope { get; }

    /// <summary>Gets what ends with the task, or with the wait for a demanded claim.</summary>
    public Task<TaskResult> Running { get; private set; }

    /// <summary>Gets what ends once it is known whether the provider accepted.</summary>
    public Task<bool> Accepted => _accepted.Task;

    /// <summary>Gets the result, once <see cref="Running"/> has ended and been looked at.</summary>
    public TaskResult? Result { get; private set; }

    public bool IsDemanded { get; private set; }

    /// <summary>Gets a value indicating whether an answer may still come.</summary>
    public bool IsPending => Result is null || IsWithheld;

    /// <summary>Gets a value indicating whether the task may still have to be settled.</summary>
    public bool MayAnswer => IsPending || IsOver;

    public bool IsWithheld => Result is { Outcome: TaskOutcome.Withheld } && !IsDemanded;

    /// <summary>Gets a value indicating whether the provider accepted and the task came to an end, so that it can be written down.</summary>
    public bool IsOver => Result is { Outcome: TaskOutcome.Answered or TaskOutcome.Revealed or TaskOutcome.Silent or TaskOutcome.Equivocated };

    /// <summary>Gets the record of a task that is over, made once.</summary>
    public SeatRecord RecordBy(WeightTree stakes) => _record ??= SeatRecord.Of(Seats[0], stakes.Prove(Leaf), Envelope.Deadline, Result!);

    /// <summary>Looks whether the task has ended since.</summary>
    public async ValueTask<bool> CollectAsync()
    {
        if (Result is not null || !Running.IsCompleted)
        {
            return false;
        }

        Result = await Running.ConfigureAwait(false);
        _ = _accepted.TrySetResult(Result.Outcome is not (TaskOutcome.NotOpened or TaskOutcome.NotAccepted));
        return true;
    }

    /// <summary>Goes on with a demanded claim.</summary>
    public void Resolve(Func<TaskEnvelope, TaskResult, Task<TaskResult>> resolve)
    {
        IsDemanded = true;
        TaskResult withheld = Result!;
        Result = null;
        Running = resolve(Envelope, withheld);
    }

    /// <summary>Ends a task whose claim can no longer be demanded: the ledger closes it by itself.</summary>
    public void GiveUp() => IsDemanded = true;
}
