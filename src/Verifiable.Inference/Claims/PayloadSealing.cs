using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// Seals messages to a provider's announced key and their replies back: HPKE (RFC 9180) in base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; replies under a secret that the
/// context exports, as RFC 9458 (section 4.4) does. Pure but for the ephemeral keys; thread-safe.
/// </summary>
/// <remarks>Base mode does not say who sent a message: the envelope inside is signed. The sender's key is fresh for each message and erased; the recipient's lives as long as its announcement says.</remarks>
public static class PayloadSealing
{
    /// <summary>The longest ciphertext: 2^28 bytes and a tag.</summary>
    public const int MaxCiphertextBytes = (1 << 28) + HpkeSuite.TagSize;

    private const string InfoDomain = "vinf/sealing/v1";
    private const string AssociatedDomain = "vinf/sealing-context/v1";
    private const string ReplyDomain = "vinf/sealing-reply/v1";
    private const int KeySize = 32;

    /// <summary>Seals a message.</summary>
    /// <param name="announcement">The recipient's announcement, whose signature is checked already.</param>
    /// <param name="task">The task that the message is about.</param>
    /// <param name="payload">The message.</param>
    /// <returns>What is sent, and what opens the reply.</returns>
    /// <exception cref="ArgumentException">The announced key is none, or the payload is longer than 2^28 − 4 bytes.</exception>
    public static (SealedMessage Message, SealedExchange Exchange) Seal(EncryptionKeyAnnouncement announcement, Digest task, ReadOnlySpan<byte> payload)
    {
        using ECDiffieHellman ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Seal(announcement, task, payload, ephemeral);
    }

    /// <summary>Opens a message; <see langword="false"/> for whatever is not sealed to this key for this ledger and provider. Never throws on bytes from outside.</summary>
    /// <param name="message">The message.</param>
    /// <param name="key">The recipient's key.</param>
    /// <param name="ledger">The ledger on which the recipient works.</param>
    /// <param name="provider">The recipient.</param>
    /// <param name="payload">The message that was sealed.</param>
    /// <param name="exchange">What seals the reply.</param>
    public static bool TryOpen(
        SealedMessage message, EncryptionKey key, NodeId ledger, NodeId provider, [NotNullWhen(true)] out byte[]? payload, [NotNullWhen(true)] out SealedExchange? exchange)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(key);
        payload = null;
        exchange = null;
        using HpkeContext? context = key.SetUp(HpkeSuite.Default, message.Encapsulation.Span, Info());
        if (context is null || !context.TryOpen(message.Ciphertext.Span, Associated(ledger, message.Task, provider), out byte[]? padded))
        {
            return false;
        }

        bool isPadded = PayloadPadding.TryUnpad(padded, out payload);
        CryptographicOperations.ZeroMemory(padded);
        exchange = isPadded ? ExchangeOf(context, message.Encapsulation) : null;
        return exchange is not null;
    }

    /// <summary>Seals with a given ephemeral key: for tests.</summary>
    internal static (SealedMessage Message, SealedExchange Exchange) Seal(EncryptionKeyAnnouncement announcement, Digest task, ReadOnlySpan<byte> payload, ECDiffieHellman ephemeral)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        if (payload.Length > MaxCiphertextBytes - HpkeSuite.TagSize - sizeof(int))
        {
            throw new ArgumentException($"Expected at most {MaxCiphertextBytes - HpkeSuite.TagSize - sizeof(int)} bytes, got {payload.Length}.", nameof(payload));
        }

        using ECDiffieHellman recipient = HpkeSuite.Deserialize(announcement.Key.Span)
            ?? throw new ArgumentException("Expected an announced key on the curve P-256, got one that is not: read announcements with TryRead.", nameof(announcement));
        using HpkeContext context = HpkeSuite.Default.SetUpSender(recipient, ephemeral, Info(), out byte[] encapsulation);
        byte[] padded = PayloadPadding.Pad(payload);
        SealedMessage message = new(
            task, new OpaqueBytes(encapsulation), new OpaqueBytes(context.Seal(padded, Associated(announcement.Ledger, task, announcement.Provider))));
        CryptographicOperations.ZeroMemory(padded);
        return (message, ExchangeOf(context, message.Encapsulation));
    }

    /// <summary>Derives key and nonce of a reply (RFC 9458, section 4.4).</summary>
    internal static (byte[] Key, byte[] Nonce) ReplyKeys(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> encapsulation, Digest nonce)
    {
        Span<byte> fresh = stackalloc byte[Digest.Size];
        nonce.CopyTo(fresh);
        byte[] pseudorandom = HKDF.Extract(HashAlgorithmName.SHA256, secret.ToArray(), [.. encapsulation, .. fresh]);
        return (HKDF.Expand(HashAlgorithmName.SHA256, pseudorandom, KeySize, "key"u8.ToArray()), HKDF.Expand(HashAlgorithmName.SHA256, pseudorandom, HpkeSuite.NonceSize, "nonce"u8.ToArray()));
    }

    private static SealedExchange ExchangeOf(HpkeContext context, OpaqueBytes encapsulation) =>
        new(context.Export(System.Text.Encoding.ASCII.GetBytes(ReplyDomain), KeySize), encapsulation);

    private static byte[] Info() => System.Text.Encoding.ASCII.GetBytes(InfoDomain);

    private static byte[] Associated(NodeId ledger, Digest task, NodeId provider)
    {
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain(AssociatedDomain);
        ledger.WriteTo(ref writer);
        writer.WriteDigest(task);
        provider.WriteTo(ref writer);
        byte[] bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}
