using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Offers a task to a provider and moves its price from the requester's balance to an escrow.</summary>
/// <param name="Task">The digest of the envelope; never used before.</param>
/// <param name="Requester">Who pays.</param>
/// <param name="Provider">To whom the task is offered.</param>
/// <param name="Escrow">What is set aside: the reward and what else the task may cost the requester.</param>
/// <param name="Reward">What of it the provider is paid for a right answer.</param>
/// <param name="StakeAtRisk">The stake that the provider puts at risk by accepting.</param>
/// <param name="Deadline">The time from which a claim is late, in milliseconds since 1970-01-01 UTC; still to come.</param>
/// <param name="OpeningDeadline">The time from which the opening is late; after the deadline, at most <see cref="TaskRecord.MaxLifetimeMilliseconds"/> away.</param>
/// <param name="AuditCommitment">The commitment to the secret that a settlement must open.</param>
public sealed record OpenTask(
    Digest Task,
    NodeId Requester,
    NodeId Provider,
    Amount Escrow,
    Amount Reward,
    Amount StakeAtRisk,
    long Deadline,
    long OpeningDeadline,
    Digest AuditCommitment) : LedgerCommand
{
    /// <summary>Gets what acceptance locks of the provider's balance besides the stake: the claim bond that the envelope's terms state. The default is nothing.</summary>
    public Amount ClaimBond { get; init; }

    /// <summary>Gets the digest of the envelope's binding (<see cref="TaskEnvelope.BindingDigest"/>): whoever knows the binding can tell what the task is for, and nobody else.</summary>
    public Digest BindingDigest { get; init; }

    /// <summary>Opens the task of an envelope.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="claimBond">The claim bond that its terms state, as the judge of its strategy reads them.</param>
    public static OpenTask For(TaskEnvelope envelope, Amount claimBond = default)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return new OpenTask(
            envelope.Digest,
            envelope.Requester,
            envelope.Provider,
            envelope.Escrow,
            envelope.Reward,
            envelope.StakeAtRisk,
            envelope.Deadline,
            envelope.OpeningDeadline,
            envelope.AuditCommitment)
        {
            BindingDigest = envelope.BindingDigest,
            ClaimBond = claimBond,
        };
    }

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => ClaimBond == Amount.Zero ? LedgerCommandTag.OpenTask : LedgerCommandTag.OpenBondedTask;

    /// <summary>Reads what follows the tag.</summary>
    internal static OpenTask ReadFields(ref CanonicalReader reader) => new(
        reader.ReadDigest(),
        reader.Read<NodeId>(),
        reader.Read<NodeId>(),
        new Amount(reader.ReadUInt64()),
        new Amount(reader.ReadUInt64()),
        new Amount(reader.ReadUInt64()),
        reader.ReadInt64(),
        reader.ReadInt64(),
        reader.ReadDigest())
    {
        BindingDigest = reader.ReadDigest(),
    };

    /// <summary>Reads what follows the tag of a bonded task. One without a bond has the other tag, and no second encoding.</summary>
    internal static OpenTask ReadBonded(ref CanonicalReader reader)
    {
        OpenTask task = ReadFields(ref reader) with { ClaimBond = new Amount(reader.ReadUInt64()) };
        if (task.ClaimBond == Amount.Zero)
        {
            reader.Fail();
        }

        return task;
    }

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (Requester == default || Provider == default)
        {
            return LedgerRefusal.NobodyNamed;
        }

        if (draft.FindTask(Task) is not null)
        {
            return LedgerRefusal.TaskExists;
        }

        if (Reward > Escrow)
        {
            return LedgerRefusal.RewardExceedsEscrow;
        }

        if (TaskRecord.HasPassed(Deadline, now) || OpeningDeadline <= Deadline || Deadline < 0 || OpeningDeadline - now > TaskRecord.MaxLifetimeMilliseconds)
        {
            return LedgerRefusal.InvalidDeadlines;
        }

        LedgerAccount requester = draft.GetAccount(Requester);
        if (requester.Balance < Escrow)
        {
            return LedgerRefusal.InsufficientBalance;
        }

        draft.SetAccount(Requester, requester, requester with { Balance = requester.Balance - Escrow });
        draft.SetTask(null, new TaskRecord
        {
            Task = Task,
            Requester = Requester,
            Provider = Provider,
            Escrow = Escrow,
            Reward = Reward,
            StakeAtRisk = StakeAtRisk,
            ClaimBond = ClaimBond,
            Deadline = Deadline,
            OpeningDeadline = OpeningDeadline,
            AuditCommitment = AuditCommitment,
            BindingDigest = BindingDigest,
            OpenedAt = now,
            State = TaskState.Open,
        });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Task);
        Requester.WriteTo(ref writer);
        Provider.WriteTo(ref writer);
        writer.WriteUInt64(Escrow.Units);
        writer.WriteUInt64(Reward.Units);
        writer.WriteUInt64(StakeAtRisk.Units);
        writer.WriteInt64(Deadline);
        writer.WriteInt64(OpeningDeadline);
        writer.WriteDigest(AuditCommitment);
        writer.WriteDigest(BindingDigest);
        if (ClaimBond != Amount.Zero)
        {
            writer.WriteUInt64(ClaimBond.Units);
        }
    }
}
