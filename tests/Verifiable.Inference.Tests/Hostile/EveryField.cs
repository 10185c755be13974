using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>A value with one field of every kind that the canonical encoding has.</summary>
public sealed record EveryField : ICanonical<EveryField>
{
    public required byte Byte { get; init; }

    public required bool Boolean { get; init; }

    public required ushort Short { get; init; }

    public required uint Int { get; init; }

    public required ulong Long { get; init; }

    public required long Signed { get; init; }

    public required double Double { get; init; }

    public required Digest Digest { get; init; }

    public required string Text { get; init; }

    public required string Bytes { get; init; }

    public required string ShortBytes { get; init; }

    public required ImmutableArray<NodeId> List { get; init; }

    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out EveryField? value)
    {
        reader.ReadDomain("test/every-field/v1");
        value = new EveryField
        {
            Byte = reader.ReadByte(),
            Boolean = reader.ReadBoolean(),
            Short = reader.ReadUInt16(),
            Int = reader.ReadUInt32(),
            Long = reader.ReadUInt64(),
            Signed = reader.ReadInt64(),
            Double = reader.ReadDouble(),
            Digest = reader.ReadDigest(),
            Text = reader.ReadText(),
            Bytes = Convert.ToHexString(reader.ReadBytes(1000)),
            ShortBytes = Convert.ToHexString(reader.ReadShortBytes()),
            List = reader.ReadList<NodeId>(5),
        };
        return !reader.Failed;
    }

    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain("test/every-field/v1");
        writer.WriteByte(Byte);
        writer.WriteBoolean(Boolean);
        writer.WriteUInt16(Short);
        writer.WriteUInt32(Int);
        writer.WriteUInt64(Long);
        writer.WriteInt64(Signed);
        writer.WriteDouble(Double);
        writer.WriteDigest(Digest);
        writer.WriteText(Text);
        writer.WriteBytes(Convert.FromHexString(Bytes));
        writer.WriteShortBytes(Convert.FromHexString(ShortBytes));
        writer.WriteList(List);
    }

    public bool Equals(EveryField? other) => other is not null && Canonical.ToBytes(this).AsSpan().SequenceEqual(Canonical.ToBytes(other));

    public override int GetHashCode() => Digest.GetHashCode();
}
