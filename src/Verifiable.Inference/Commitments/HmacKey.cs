using System.Security.Cryptography;

namespace Verifiable.Inference.Commitments;

/// <summary>A key of HMAC-SHA-256 under which several short messages are authenticated: the two blocks that begin with it are hashed once. Immutable and thread-safe.</summary>
internal sealed class HmacKey
{
    private readonly byte[] _key;
    private readonly uint[]? _states;

    /// <summary>Creates a key; the bytes are copied.</summary>
    public HmacKey(ReadOnlySpan<byte> key)
    {
        _key = key.ToArray();
        uint[] states = new uint[Sha256.HmacStateWords];
        _states = Sha256.TryBeginHmac(key, states) ? states : null;
    }

    /// <summary>Computes the HMAC of bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="mac">Where the 32 bytes go; not part of the data.</param>
    public void Compute(ReadOnlySpan<byte> data, Span<byte> mac)
    {
        if (_states is null || !Sha256.TryEndHmac(_states, data, mac))
        {
            HMACSHA256.HashData(_key, data, mac);
        }
    }
}
