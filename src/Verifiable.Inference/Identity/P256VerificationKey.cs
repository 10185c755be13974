using System.Security.Cryptography;

namespace Verifiable.Inference.Identity;

/// <summary>An imported public key. Thread-safe: a framework key serves one caller at a time, and another is made when it is taken.</summary>
internal sealed class P256VerificationKey
{
    private readonly ECPoint _point;
    private ECDsa? _idle;

    /// <summary>Creates a key from a point that is known to be on the curve.</summary>
    public P256VerificationKey(ECPoint point)
    {
        _point = point;
    }

    /// <summary>Verifies a signature of 64 bytes.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        ECDsa key = Interlocked.Exchange(ref _idle, null) ?? ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = _point });
        bool valid = key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Interlocked.Exchange(ref _idle, key)?.Dispose();
        return valid;
    }
}
