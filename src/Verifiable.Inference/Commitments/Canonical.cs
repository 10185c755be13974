using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>Turns canonical values to bytes, digests and back.</summary>
public static class Canonical
{
    internal const int InitialBytes = 512;

    /// <summary>Gets the canonical encoding in a new array.</summary>
    public static byte[] ToBytes<T>(this T value)
        where T : ICanonical<T>
    {
        CanonicalWriter writer = new(stackalloc byte[InitialBytes]);
        value.WriteTo(ref writer);
        byte[] bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    /// <summary>Gets the SHA-256 digest of the canonical encoding.</summary>
    public static Digest ToDigest<T>(this T value)
        where T : ICanonical<T>
    {
        CanonicalWriter writer = new(stackalloc byte[InitialBytes]);
        value.WriteTo(ref writer);
        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }

    /// <summary>Reads a value that takes up all the bytes. Never throws, whatever the bytes.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out T? value)
        where T : ICanonical<T>
    {
        CanonicalReader reader = new(bytes);
        bool read = T.TryRead(ref reader, out value) && reader.AtEnd;
        if (!read)
        {
            value = default;
        }

        return read;
    }
}
