using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>Takes back a task that nobody accepted: the requester gets its escrow back.</summary>
/// <param name="Task">The task.</param>
public sealed record CancelTask(Digest Task) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.CancelTask;

    /// <summary>Reads what follows the tag.</summary>
    internal static CancelTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (draft.FindTask(Task) is not { } task)
        {
            return LedgerRefusal.TaskUnknown;
        }

        if (task.IsClosed)
        {
            return LedgerRefusal.TaskClosed;
        }

        if (task.State != TaskState.Open)
        {
            return LedgerRefusal.AlreadyAccepted;
        }

        draft.SetTask(task, task with { State = TaskState.Cancelled });
        draft.Credit(task.Requester, task.Escrow);
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteDigest(Task);
}
