using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>A command that a ledger did. Immutable. Entries can be checked by <see cref="LedgerReplay"/>.</summary>
/// <param name="Sequence">The entry's number, from 1.</param>
/// <param name="Time">When it was done, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Command">What was done.</param>
/// <param name="Authorization">The signature it stands on, for those commands that need one.</param>
/// <param name="Hash">The hash over all entries up to this one. Signatures are not in it, because they could be made again with other bits.</param>
public sealed record LedgerEntry(ulong Sequence, long Time, LedgerCommand Command, CommandAuthorization? Authorization, Digest Hash) : ICanonical<LedgerEntry>
{
    /// <summary>The domain of the encoding.</summary>
    internal const string Domain = "vinf/ledger-entry/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerEntry? value) => TryRead(ref reader, out value, out _);

    /// <summary>Reads an entry, and says how long its own part is: sequence, time and command.</summary>
    internal static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerEntry? value, out int bodyBytes)
    {
        value = null;
        reader.ReadDomain(Domain);
        int before = reader.Remaining;
        ulong sequence = reader.ReadUInt64();
        long time = reader.ReadInt64();
        LedgerCommand? command = reader.Read<LedgerCommand>();
        bodyBytes = before - reader.Remaining;
        CommandAuthorization? authorization = reader.ReadBoolean() ? reader.Read<CommandAuthorization>() : null;
        Digest hash = reader.ReadDigest();
        if (reader.Failed || command is null)
        {
            return false;
        }

        value = new LedgerEntry(sequence, time, command, authorization, hash);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt64(Sequence);
        writer.WriteInt64(Time);
        Command.WriteTo(ref writer);
        WriteRest(ref writer, Authorization, Hash);
    }

    /// <summary>Writes an entry whose own part is encoded already: the same bytes as <see cref="WriteTo"/>.</summary>
    internal static void Write(ref CanonicalWriter writer, scoped ReadOnlySpan<byte> body, CommandAuthorization? authorization, Digest hash)
    {
        writer.WriteDomain(Domain);
        writer.WriteFixed(body);
        WriteRest(ref writer, authorization, hash);
    }

    private static void WriteRest(ref CanonicalWriter writer, CommandAuthorization? authorization, Digest hash)
    {
        writer.WriteBoolean(authorization is not null);
        authorization?.WriteTo(ref writer);
        writer.WriteDigest(hash);
    }
}
