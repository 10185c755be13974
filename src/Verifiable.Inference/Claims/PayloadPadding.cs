using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Verifiable.Inference.Claims;

/// <summary>Pads payloads to powers of two, 1024 bytes at least: length (four bytes), payload, zeros. One padding for each payload.</summary>
internal static class PayloadPadding
{
    private const int SmallestBucket = 1024;

    public static byte[] Pad(ReadOnlySpan<byte> payload)
    {
        byte[] padded = new byte[BucketOf(payload.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(padded, payload.Length);
        payload.CopyTo(padded.AsSpan(sizeof(int)));
        return padded;
    }

    public static bool TryUnpad(ReadOnlySpan<byte> padded, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        int length = padded.Length < SmallestBucket ? -1 : BinaryPrimitives.ReadInt32LittleEndian(padded);
        if (length < 0 || length > padded.Length - sizeof(int) || BucketOf(length) != padded.Length || padded[(sizeof(int) + length)..].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        payload = padded.Slice(sizeof(int), length).ToArray();
        return true;
    }

    private static int BucketOf(int length) => checked((int)Math.Max(SmallestBucket, BitOperations.RoundUpToPowerOf2((uint)(length + sizeof(int)))));
}
