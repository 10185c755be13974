using NSec.Cryptography;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Keys.Tests.Adapters;

/// <summary>Signs with an Ed25519 key that NSec holds. It owns the key and disposes it. Thread-safe, as NSec's keys are.</summary>
public sealed class NSecSigner(Key key) : ISigner, IDisposable
{
    public Verifiable.Inference.Identity.PublicKey PublicKey { get; } = new("ed25519", key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(key, message);

    public void Dispose() => key.Dispose();
}
