using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>
/// The bytes of one record in a journal: a header of 32 bytes, the content, and the hash of both and of the hash before. The hash before stands right before the header,
/// so that what is hashed is one piece of the file.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecordFrame(int Length, ulong Sequence, ulong Durable, byte Stream, bool HasMore)
{
    /// <summary>The size of the header in bytes: magic, length, sequence, durable sequence, stream, flags, two zero bytes, checksum.</summary>
    public const int HeaderBytes = 32;

    /// <summary>What a record takes besides its content.</summary>
    public const int OverheadBytes = HeaderBytes + Digest.Size;

    /// <summary>The first four bytes of every record: "vrec" in ASCII.</summary>
    public const uint Magic = 0x63657276;

    private const byte MoreFlag = 1;

    /// <summary>Gets the size of the whole record.</summary>
    public int TotalBytes => Length + OverheadBytes;

    /// <summary>Writes a record after the hash that stands right before it.</summary>
    /// <param name="chain">The hash before (32 bytes), then room for the record.</param>
    /// <param name="salt">The journal's own number, without which nobody can make a checksum that holds.</param>
    /// <param name="content">The content, of the frame's length.</param>
    public void Write(Span<byte> chain, ulong salt, ReadOnlySpan<byte> content)
    {
        Span<byte> frame = chain[Digest.Size..];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)Length);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[16..], Durable);
        frame[24] = Stream;
        frame[25] = HasMore ? MoreFlag : (byte)0;
        frame[26] = 0;
        frame[27] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[28..], Check(frame, salt));
        content.CopyTo(frame[HeaderBytes..]);
        Sha256.Hash(chain[..(Digest.Size + HeaderBytes + Length)], frame.Slice(HeaderBytes + Length, Digest.Size));
    }

    /// <summary>Reads a header; false when it is not one that this journal wrote.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, ulong salt, int maxRecordBytes, out RecordFrame frame)
    {
        frame = default;
        if (header.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(header[28..]) != Check(header, salt))
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (length > (uint)maxRecordBytes || header[25] > MoreFlag || header[26] != 0 || header[27] != 0)
        {
            return false;
        }

        frame = new RecordFrame(
            (int)length, BinaryPrimitives.ReadUInt64LittleEndian(header[8..]), BinaryPrimitives.ReadUInt64LittleEndian(header[16..]), header[24], header[25] == MoreFlag);
        return true;
    }

    /// <summary>Tells whether the hash at the end of a record is that of what stands before it.</summary>
    /// <param name="chain">The hash before, then the record.</param>
    public bool IsWhole(ReadOnlySpan<byte> chain)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        int hashed = Digest.Size + HeaderBytes + Length;
        Sha256.Hash(chain[..hashed], hash);
        return hash.SequenceEqual(chain.Slice(hashed, Digest.Size));
    }

    // CRC-32C, begun with the salt: it finds damage, and content made by somebody who has not seen the file does not look like a record.
    private static uint Check(ReadOnlySpan<byte> header, ulong salt)
    {
        uint check = BitOperations.Crc32C(uint.MaxValue, salt);
        check = BitOperations.Crc32C(check, BinaryPrimitives.ReadUInt64LittleEndian(header));
        check = BitOperations.Crc32C(check, BinaryPrimitives.ReadUInt64LittleEndian(header[8..]));
        check = BitOperations.Crc32C(check, BinaryPrimitives.ReadUInt64LittleEndian(header[16..]));
        return ~BitOperations.Crc32C(check, BinaryPrimitives.ReadUInt32LittleEndian(header[24..]));
    }
}
