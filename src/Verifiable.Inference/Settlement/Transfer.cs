using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>One payment of a settlement. Immutable.</summary>
/// <param name="Task">The task, or the collateral, whose money it is.</param>
/// <param name="Source">Which money.</param>
/// <param name="Recipient">Who is paid; <c>default</c>, which names nobody, for a burn and only for a burn.</param>
/// <param name="Amount">How much, at least one unit.</param>
/// <param name="Purpose">What for.</param>
public sealed record Transfer(Digest Task, TransferSource Source, NodeId Recipient, Amount Amount, TransferPurpose Purpose) : ICanonical<Transfer>
{
    /// <summary>Makes a transfer that destroys money.</summary>
    public static Transfer Burn(Digest task, TransferSource source, Amount amount) => new(task, source, default, amount, TransferPurpose.Burn);

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out Transfer? value)
    {
        value = new Transfer(
            reader.ReadDigest(),
            (TransferSource)reader.ReadByte(),
            reader.Read<NodeId>(),
            new Amount(reader.ReadUInt64()),
            (TransferPurpose)reader.ReadByte());
        if (value.Source > TransferSource.Collateral || value.Purpose > TransferPurpose.Burn)
        {
            reader.Fail();
        }

        if (reader.Failed)
        {
            value = null;
        }

        return !reader.Failed;
    }

    /// <summary>Gets a value indicating whether there is a purpose, and a recipient unless it is a burn.</summary>
    internal bool IsWellFormed => Purpose is >= TransferPurpose.Reward and <= TransferPurpose.Burn && (Purpose == TransferPurpose.Burn) == (Recipient == default);

    /// <summary>Pays the recipient, or burns. That the money was taken from its source is the caller's word.</summary>
    internal void Pay(LedgerDraft draft)
    {
        if (Purpose == TransferPurpose.Burn)
        {
            draft.Burn(Amount);
        }
        else
        {
            draft.Credit(Recipient, Amount);
        }
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Task);
        writer.WriteByte((byte)Source);
        Recipient.WriteTo(ref writer);
        writer.WriteUInt64(Amount.Units);
        writer.WriteByte((byte)Purpose);
    }
}
