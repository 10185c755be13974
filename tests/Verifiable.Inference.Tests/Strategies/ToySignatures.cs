using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Signatures that anybody can make, and fast: for long runs in which no signature is under test.</summary>
internal sealed class ToySignatures : ISignatureScheme
{
    public static SignatureSchemes Schemes { get; } = new(new ToySignatures());

    public string Name => "toy";

    public static ISigner Key(string name) => new Signer(new PublicKey("toy", SHA256.HashData(Encoding.UTF8.GetBytes(name))));

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => signature.SequenceEqual(Sign(publicKey, message));

    private static byte[] Sign(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(message, digest);
        return HMACSHA256.HashData(publicKey, digest);
    }

    private sealed class Signer(PublicKey publicKey) : ISigner
    {
        public PublicKey PublicKey { get; } = publicKey;

        public byte[] Sign(ReadOnlySpan<byte> message) => ToySignatures.Sign(PublicKey.Bytes, message);
    }
}
