using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Keys.Ethereum.TypedData;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>
/// What the scheme <c>ethereum</c> signs for a message. A message that is, to its last byte, the canonical encoding of an <see cref="InferenceRequest"/>, a
/// <see cref="ClaimCommitment"/> or a <see cref="LedgerHead"/> is signed as that artifact's typed data (EIP-712, <see cref="TypedForms"/>); any other as a personal
/// message (EIP-191, version 0x45). Each message has one digest, and each digest, unless Keccak-256 or SHA-256 collide, one message. The list of typed artifacts is part of
/// the scheme: another list is another scheme. Thread-safe.
/// </summary>
public static class EthereumMessage
{
    private const string PersonalPrefix = "\u0019Ethereum Signed Message:\n";

    // Long enough for the largest artifact that is signed as typed data, a request with its limits all used; a longer message is none.
    private const int MaxTypedBytes = 1 << 17;

    /// <summary>Computes the digest that is signed for a message, 32 bytes.</summary>
    public static byte[] DigestOf(ReadOnlySpan<byte> message)
    {
        byte[] digest = new byte[Keccak256.Size];
        Hash(message, digest);
        return digest;
    }

    /// <summary>Computes the digest of a personal message (EIP-191, version 0x45; <c>personal_sign</c> of a wallet), 32 bytes.</summary>
    public static byte[] PersonalDigestOf(ReadOnlySpan<byte> message)
    {
        byte[] digest = new byte[Keccak256.Size];
        HashPersonal(message, digest);
        return digest;
    }

    /// <summary>Gets the typed data of a message that is signed as such: what <c>eth_signTypedData_v4</c> takes.</summary>
    /// <returns><see langword="false"/> when the message is signed as a personal message.</returns>
    public static bool TryGetTypedData(ReadOnlySpan<byte> message, [NotNullWhen(true)] out TypedMessage? typedData)
    {
        typedData = FormOf(message) is { } form ? TypedForms.MessageOf(form) : null;
        return typedData is not null;
    }

    internal static void Hash(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        if (FormOf(message) is { } form)
        {
            TypedForms.Hash(form, destination);
        }
        else
        {
            HashPersonal(message, destination);
        }
    }

    private static Form? FormOf(ReadOnlySpan<byte> message)
    {
        if (message.Length > MaxTypedBytes)
        {
            return null;
        }

        return Starts(message, "vinf/claim-commitment/v1") && Canonical.TryRead(message, out ClaimCommitment? commitment) ? Forms.Of(commitment, Digest.Of(message))
            : Starts(message, "vinf/request/v1") && Canonical.TryRead(message, out InferenceRequest? request) ? Forms.Of(request, Digest.Of(message))
            : Starts(message, "vinf/ledger-head/v1") && Canonical.TryRead(message, out LedgerHead? head) ? Forms.Of(head, Digest.Of(message))
            : null;
    }

    private static bool Starts(ReadOnlySpan<byte> message, string label) => message.Length > label.Length && message[0] == label.Length && Ascii.Equals(message[1..(label.Length + 1)], label);

    private static void HashPersonal(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(PersonalPrefix + message.Length.ToString(CultureInfo.InvariantCulture)), .. message];
        Keccak256.Hash(bytes, destination);
    }
}
