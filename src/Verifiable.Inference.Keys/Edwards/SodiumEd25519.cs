using System.Security.Cryptography;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>Ed25519 by libsodium. Releases since 1.0.19 verify with the cofactor; there the point R is checked too, which makes the two equations one.</summary>
internal sealed unsafe class SodiumEd25519 : IEd25519Library
{
    private const int SecretKeySize = 64;

    private readonly LibSodium _sodium;
    private readonly bool _checksCommitment;

    /// <summary>Creates the library's face.</summary>
    /// <param name="sodium">The library.</param>
    /// <param name="checksCommitment">Whether R is checked to be in the group of prime order; <see langword="null"/> (default) to find out whether that is needed.</param>
    public SodiumEd25519(LibSodium sodium, bool? checksCommitment = null)
    {
        _sodium = sodium;
        _checksCommitment = checksCommitment ?? UsesCofactor();
    }

    /// <inheritdoc/>
    public string Name => "libsodium";

    /// <inheritdoc/>
    public bool IsValidPoint(ReadOnlySpan<byte> point)
    {
        fixed (byte* bytes = point)
        {
            return _sodium.IsValidPoint(bytes) == 1;
        }
    }

    /// <inheritdoc/>
    // Where S·B − R − h·A is of small order, and R and A are in the group of prime order, it is the neutral point.
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        VerifyAsLibraryDoes(publicKey, message, signature) && (!_checksCommitment || IsValidPoint(signature[..Ed25519Encoding.Size]));

    /// <inheritdoc/>
    public IEd25519PrivateKey CreatePrivateKey(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Span<byte> secretKey = stackalloc byte[SecretKeySize];
        fixed (byte* publicBytes = publicKey, secretBytes = secretKey, seed = privateKey)
        {
            _ = _sodium.SeedKeyPair(publicBytes, secretBytes, seed);
        }

        try
        {
            return new PrivateKey(_sodium, SecretKey.CopyOf(secretKey), publicKey.ToArray());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secretKey);
        }
    }

    private bool VerifyAsLibraryDoes(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (byte* key = publicKey, text = message, bytes = signature)
        {
            return _sodium.VerifyDetached(bytes, text, (ulong)message.Length, key) == 0;
        }
    }

    // Case 4 of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020, table 5): valid with the cofactor and not without.
    private bool UsesCofactor() => VerifyAsLibraryDoes(
        Convert.FromHexString("cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"),
        Convert.FromHexString("e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c"),
        Convert.FromHexString("160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09"));

    private sealed class PrivateKey(LibSodium sodium, SecretKey secret, byte[] publicKey) : IEd25519PrivateKey
    {
        private readonly LibSodium _sodium = sodium;

        public void CopyPublicKeyTo(Span<byte> destination) => publicKey.CopyTo(destination);

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => secret.Use(new Work(_sodium, message, signature), static (key, work) =>
        {
            fixed (byte* secretKey = key, text = work.Message, bytes = work.Signature)
            {
                return work.Sodium.SignDetached(bytes, null, text, (ulong)work.Message.Length, secretKey);
            }
        });

        public void Dispose() => secret.Dispose();

        private readonly ref struct Work(LibSodium sodium, ReadOnlySpan<byte> message, Span<byte> signature)
        {
            public LibSodium Sodium { get; } = sodium;

            public ReadOnlySpan<byte> Message { get; } = message;

            public Span<byte> Signature { get; } = signature;
        }
    }
}
