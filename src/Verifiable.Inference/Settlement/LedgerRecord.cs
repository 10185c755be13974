using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>An entry as a store keeps it, with what else the ledger must not lose: a revealed claim's body, and the head that a settlement was answered with. Immutable.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Revealed">The claim that a <see cref="RevealClaim"/> showed.</param>
/// <param name="Head">The signed head after a <see cref="Settle"/>.</param>
internal sealed record LedgerRecord(LedgerEntry Entry, SignedClaim? Revealed, Signed<LedgerHead>? Head) : ICanonical<LedgerRecord>
{
    /// <summary>The domain of the encoding.</summary>
    public const string Domain = "vinf/ledger-record/v1";

    /// <summary>Where the entry's own part begins: behind both domains and their lengths.</summary>
    public static readonly int BodyOffset = 1 + Domain.Length + 1 + LedgerEntry.Domain.Length;

    /// <summary>What a store must be able to keep: more than the largest settlement and the largest claim take.</summary>
    public const int MaxBytes = 2 << 20;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerRecord? value) => TryRead(ref reader, out value, out _);

    /// <summary>Reads a whole record, and finds in it the entry's own part: sequence, time and command.</summary>
    public static bool TryRead(ReadOnlySpan<byte> content, [NotNullWhen(true)] out LedgerRecord? value, out ReadOnlySpan<byte> body)
    {
        CanonicalReader reader = new(content);
        bool isRead = TryRead(ref reader, out value, out int bodyBytes) && reader.AtEnd;
        body = isRead ? content.Slice(BodyOffset, bodyBytes) : default;
        value = isRead ? value : null;
        return isRead;
    }

    private static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerRecord? value, out int bodyBytes)
    {
        reader.ReadDomain(Domain);
        if (!LedgerEntry.TryRead(ref reader, out LedgerEntry? entry, out bodyBytes))
        {
            reader.Fail();
        }

        SignedClaim? revealed = reader.ReadBoolean() ? reader.Read<SignedClaim>() : null;
        Signed<LedgerHead>? head = reader.ReadBoolean() ? reader.Read<Signed<LedgerHead>>() : null;
        value = reader.Failed || entry is null ? null : new LedgerRecord(entry, revealed, head);
        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Entry.WriteTo(ref writer);
        WriteRest(ref writer, Revealed, Head);
    }

    /// <summary>Writes what follows the entry.</summary>
    public static void WriteRest(ref CanonicalWriter writer, SignedClaim? revealed, Signed<LedgerHead>? head)
    {
        writer.WriteBoolean(revealed is not null);
        revealed?.WriteTo(ref writer);
        writer.WriteBoolean(head is not null);
        head?.WriteTo(ref writer);
    }
}
