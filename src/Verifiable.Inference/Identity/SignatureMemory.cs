using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Identity;

/// <summary>Remembers valid signatures by the digest of key, message and signature. Invalid ones are never remembered. Thread-safe.</summary>
internal sealed class SignatureMemory
{
    private const string Domain = "vinf/signature-memory/v1";

    private readonly Lock _gate = new();
    private readonly HashSet<Digest> _valid;
    private readonly Digest[] _ring;
    private int _next;

    public SignatureMemory(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _ring = new Digest[capacity];
        _valid = [];
    }

    public bool Verify(ISignatureScheme scheme, PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Digest name = NameOf(publicKey, message, signature);
        lock (_gate)
        {
            if (_valid.Contains(name))
            {
                return true;
            }
        }

        // Outside the lock: verification is slow, and two threads may both do it.
        bool valid = scheme.Verify(publicKey.Bytes, message, signature);
        if (valid)
        {
            Remember(name);
        }

        return valid;
    }

    public void Remember(PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Remember(NameOf(publicKey, message, signature));

    private static Digest NameOf(PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        CanonicalWriter writer = new(stackalloc byte[1024]);
        writer.WriteDomain(Domain);
        publicKey.WriteTo(ref writer);
        writer.WriteBytes(message);
        writer.WriteBytes(signature);
        Digest name = writer.ToDigest();
        writer.Dispose();
        return name;
    }

    private void Remember(Digest name)
    {
        lock (_gate)
        {
            if (_valid.Add(name))
            {
                _ = _valid.Remove(_ring[_next]);
                _ring[_next] = name;
                _next = (_next + 1) % _ring.Length;
            }
        }
    }
}
