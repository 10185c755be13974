using System.Numerics;

namespace Verifiable.Inference.Identity;

/// <summary>Verifies ECDSA over P-256. Thread-safe.</summary>
internal sealed class EcdsaP256Scheme : ISignatureScheme
{
    private static readonly byte[] _order = ToBytes(P256Curve.Order);
    private static readonly byte[] _halfOrder = ToBytes(P256Curve.HalfOrder);

    private readonly P256KeyCache _keys = new();

    /// <inheritdoc/>
    public string Name => EcdsaP256.Name;

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!IsCanonical(signature) || !_keys.TryGet(publicKey, out P256VerificationKey? key))
        {
            return false;
        }

        return key.Verify(message, signature);
    }

    private static bool IsCanonical(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != EcdsaP256.SignatureSize)
        {
            return false;
        }

        // Numbers of one length, big-endian, are ordered as their bytes are.
        ReadOnlySpan<byte> r = signature[..P256Curve.ScalarSize];
        ReadOnlySpan<byte> s = signature[P256Curve.ScalarSize..];
        return r.ContainsAnyExcept((byte)0) && r.SequenceCompareTo(_order) < 0 && s.ContainsAnyExcept((byte)0) && s.SequenceCompareTo(_halfOrder) <= 0;
    }

    private static byte[] ToBytes(BigInteger value)
    {
        byte[] bytes = new byte[P256Curve.ScalarSize];
        P256Curve.Write(value, bytes);
        return bytes;
    }
}
