using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>One message and its reply: both sides hold it, nobody else can make it. Immutable and thread-safe.</summary>
public sealed class SealedExchange
{
    private readonly byte[] _secret;
    private readonly OpaqueBytes _encapsulation;

    internal SealedExchange(byte[] secret, OpaqueBytes encapsulation)
    {
        _secret = secret;
        _encapsulation = encapsulation;
    }

    /// <summary>Seals a reply; also an empty one.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="fresh">32 fresh random bytes. Two replies of one exchange under the same bytes would tell each other.</param>
    public SealedReply SealReply(ReadOnlySpan<byte> reply, Digest fresh)
    {
        (byte[] key, byte[] nonce) = PayloadSealing.ReplyKeys(_secret, _encapsulation.Span, fresh);
        using AesGcm cipher = new(key, HpkeSuite.TagSize);
        byte[] padded = PayloadPadding.Pad(reply);
        byte[] bytes = new byte[padded.Length + HpkeSuite.TagSize];
        cipher.Encrypt(nonce, padded, bytes.AsSpan(0, padded.Length), bytes.AsSpan(padded.Length));
        return new SealedReply(fresh, new OpaqueBytes(bytes));
    }

    /// <summary>Opens a reply; <see langword="false"/> for whatever is not the reply to this message. Never throws on bytes from outside.</summary>
    public bool TryOpenReply(SealedReply reply, [NotNullWhen(true)] out byte[]? payload)
    {
        ArgumentNullException.ThrowIfNull(reply);
        payload = null;
        if (reply.Ciphertext.Length < HpkeSuite.TagSize)
        {
            return false;
        }

        (byte[] key, byte[] nonce) = PayloadSealing.ReplyKeys(_secret, _encapsulation.Span, reply.Nonce);
        using AesGcm cipher = new(key, HpkeSuite.TagSize);
        byte[] padded = new byte[reply.Ciphertext.Length - HpkeSuite.TagSize];
        try
        {
            cipher.Decrypt(nonce, reply.Ciphertext.Span[..padded.Length], reply.Ciphertext.Span[padded.Length..], padded);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        return PayloadPadding.TryUnpad(padded, out payload);
    }
}
