using System.Globalization;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>The first 128 bytes of a segment file. The last 32 of them are the hash before the segment's first record.</summary>
/// <param name="Identity">What the journal belongs to.</param>
/// <param name="First">The number of the segment's first record.</param>
/// <param name="Salt">The journal's own number.</param>
/// <param name="Base">The hash before the first record.</param>
internal readonly record struct SegmentHeader(Digest Identity, ulong First, ulong Salt, Digest Base)
{
    /// <summary>The size in bytes: 128.</summary>
    public const int Bytes = 128;

    private const string Domain = "vinf/journal/v1";
    private const string Prefix = "journal-";
    private const string Suffix = ".vinf";

    /// <summary>Gets the name of the segment's file: sorted by name, segments are sorted by number.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{First:D20}{Suffix}");

    /// <summary>Tells whether a file's name is that of a segment, and of which.</summary>
    public static bool TryParseName(string name, out ulong first)
    {
        first = 0;
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
            && name.Length == Prefix.Length + 20 + Suffix.Length
            && ulong.TryParse(name.AsSpan(Prefix.Length, 20), NumberStyles.None, CultureInfo.InvariantCulture, out first);
    }

    /// <summary>Reads a header; false when the bytes are not one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentHeader header)
    {
        CanonicalReader reader = new(bytes);
        reader.ReadDomain(Domain);
        header = new SegmentHeader(reader.ReadDigest(), reader.ReadUInt64(), reader.ReadUInt64(), default);
        Digest check = reader.ReadDigest();
        header = header with { Base = reader.ReadDigest() };
        return reader.AtEnd && check == header.ComputeCheck();
    }

    /// <summary>Writes the header.</summary>
    public byte[] ToBytes()
    {
        CanonicalWriter writer = new(stackalloc byte[Bytes]);
        WriteFields(ref writer);
        writer.WriteDigest(ComputeCheck());
        writer.WriteDigest(Base);
        byte[] bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    private void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteDigest(Identity);
        writer.WriteUInt64(First);
        writer.WriteUInt64(Salt);
    }

    private Digest ComputeCheck()
    {
        CanonicalWriter writer = new(stackalloc byte[Bytes]);
        WriteFields(ref writer);
        writer.WriteDigest(Base);
        Digest check = writer.ToDigest();
        writer.Dispose();
        return check;
    }
}
