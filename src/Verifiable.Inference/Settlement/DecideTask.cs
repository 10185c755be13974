using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>Ends the hold on a task whose claim the ledger's court has closed. A conviction takes the stake behind the task at once, and burns it. The ledger's court gives it, nobody else.</summary>
/// <remarks>Rationale: a settlement is the requester's to send. A conviction that waited for it would cost a cheat nothing whose requester is gone, or its friend.</remarks>
/// <param name="Task">The task.</param>
/// <param name="IsConvicted">Whether the claim is convicted; else it stands.</param>
public sealed record DecideTask(Digest Task, bool IsConvicted) : LedgerCommand
{
    /// <inheritdoc/>
    internal override bool IsOfCourt => true;

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.DecideTask;

    /// <summary>Reads what follows the tag.</summary>
    internal static DecideTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest(), reader.ReadBoolean());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (draft.FindTask(Task) is not { } task)
        {
            return LedgerRefusal.TaskUnknown;
        }

        if (task.Court != CourtStanding.Pending)
        {
            return LedgerRefusal.NotInCourt;
        }

        draft.SetTask(task, task with { Court = IsConvicted ? CourtStanding.Convicted : CourtStanding.Stands });
        if (IsConvicted)
        {
            draft.Release(task.Provider, task.StakeAtRisk, Amount.Zero);
            draft.Burn(task.StakeAtRisk);
        }

        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Task);
        writer.WriteBoolean(IsConvicted);
    }
}
