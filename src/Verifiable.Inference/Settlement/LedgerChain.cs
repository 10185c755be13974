using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Chains the entries of a ledger by hashes, so that one hash stands for all entries before it, in their order.</summary>
public static class LedgerChain
{
    private const string GenesisDomain = "vinf/ledger-genesis/v1";
    private const string EntryDomain = "vinf/ledger-chain/v1";

    /// <summary>Computes the hash of a ledger without entries: H(domain ‖ ledger). Chains of two ledgers never meet.</summary>
    public static Digest Genesis(NodeId ledger)
    {
        CanonicalWriter writer = new(stackalloc byte[64]);
        writer.WriteDomain(GenesisDomain);
        ledger.WriteTo(ref writer);
        Digest hash = writer.ToDigest();
        writer.Dispose();
        return hash;
    }

    /// <summary>Computes the hash of an entry: H(domain ‖ previous hash ‖ sequence ‖ time ‖ command).</summary>
    public static Digest Next(Digest previous, ulong sequence, long time, LedgerCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        CanonicalWriter writer = new(stackalloc byte[512]);
        _ = Write(ref writer, previous, sequence, time, command);
        Digest hash = writer.ToDigest();
        writer.Dispose();
        return hash;
    }

    /// <summary>Computes the hash of an entry whose own part is encoded already.</summary>
    internal static Digest Next(Digest previous, ReadOnlySpan<byte> body)
    {
        CanonicalWriter writer = new(stackalloc byte[512]);
        writer.WriteDomain(EntryDomain);
        writer.WriteDigest(previous);
        writer.WriteFixed(body);
        Digest hash = writer.ToDigest();
        writer.Dispose();
        return hash;
    }

    /// <summary>Writes what is hashed for an entry.</summary>
    /// <returns>Where the entry's own part begins: sequence, time and command.</returns>
    internal static int Write(ref CanonicalWriter writer, Digest previous, ulong sequence, long time, LedgerCommand command)
    {
        writer.WriteDomain(EntryDomain);
        writer.WriteDigest(previous);
        int body = writer.Written.Length;
        writer.WriteUInt64(sequence);
        writer.WriteInt64(time);
        command.WriteTo(ref writer);
        return body;
    }
}
