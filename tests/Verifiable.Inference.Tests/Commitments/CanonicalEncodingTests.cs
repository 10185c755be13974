using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tests.Hostile;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class CanonicalEncodingTests
{
    private delegate void Write<T>(ref CanonicalWriter writer, T value);

    private delegate T Read<T>(ref CanonicalReader reader);

    [Fact]
    public void Every_kind_of_field_reads_back_as_written_and_no_shorter_or_longer()
    {
        RoundTrips((ref CanonicalWriter writer, byte value) => writer.WriteByte(value), (ref CanonicalReader reader) => reader.ReadByte());
        RoundTrips((ref CanonicalWriter writer, bool value) => writer.WriteBoolean(value), (ref CanonicalReader reader) => reader.ReadBoolean());
        RoundTrips((ref CanonicalWriter writer, ushort value) => writer.WriteUInt16(value), (ref CanonicalReader reader) => reader.ReadUInt16());
        RoundTrips((ref CanonicalWriter writer, uint value) => writer.WriteUInt32(value), (ref CanonicalReader reader) => reader.ReadUInt32());
        RoundTrips((ref CanonicalWriter writer, ulong value) => writer.WriteUInt64(value), (ref CanonicalReader reader) => reader.ReadUInt64());
        RoundTrips((ref CanonicalWriter writer, long value) => writer.WriteInt64(value), (ref CanonicalReader reader) => reader.ReadInt64());
        RoundTrips((ref CanonicalWriter writer, double value) => writer.WriteDouble(value), (ref CanonicalReader reader) => reader.ReadDouble());
        RoundTrips((ref CanonicalWriter writer, byte[] value) => writer.WriteBytes(value), (ref CanonicalReader reader) => reader.ReadBytes(int.MaxValue).ToArray());
        RoundTrips((ref CanonicalWriter writer, byte[] value) => writer.WriteShortBytes(value), (ref CanonicalReader reader) => reader.ReadShortBytes().ToArray());
        RoundTrips((ref CanonicalWriter writer, byte[] value) => writer.WriteDigest(Digest.Of(value)), (ref CanonicalReader reader) => reader.ReadDigest(), value => Digest.Of(value));
        RoundTrips((ref CanonicalWriter writer, string value) => writer.WriteText(Text(value)), (ref CanonicalReader reader) => reader.ReadText(), Text);
    }

    [Fact]
    public void Numbers_are_little_endian_and_lengths_come_first()
    {
        CanonicalWriter writer = new([]);
        writer.WriteDomain("vinf");
        writer.WriteUInt16(0x0102);
        writer.WriteUInt32(0x01020304);
        writer.WriteUInt64(0x0102030405060708);
        writer.WriteInt64(-2);
        writer.WriteDouble(1);
        writer.WriteBytes([9]);
        writer.WriteShortBytes([8]);
        writer.WriteText("é");
        Assert.Equal(
            "0476696E66" + "0201" + "04030201" + "0807060504030201" + "FEFFFFFFFFFFFFFF" + "000000000000F03F" + "0100000009" + "0108" + "02C3A9",
            Convert.ToHexString(writer.Written));
        writer.Dispose();
    }

    [Theory]
    [InlineData(0x7FF8000000000000UL, true)]
    [InlineData(0xFFF8000000000000UL, false)]
    [InlineData(0x7FF8000000000001UL, false)]
    [InlineData(0x7FF0000000000001UL, false)]
    [InlineData(0x7FF0000000000000UL, true)]
    [InlineData(0x8000000000000000UL, true)]
    [InlineData(0x0000000000000001UL, true)]
    public void A10_only_one_NaN_is_read_and_every_NaN_is_written_as_it(ulong bits, bool reads)
    {
        CanonicalReader reader = new(MerkleReference.Bytes(bits));
        _ = reader.ReadDouble();
        Assert.Equal(reads, !reader.Failed);
        CanonicalWriter writer = new([]);
        writer.WriteDouble(BitConverter.UInt64BitsToDouble(bits));
        Assert.Equal(MerkleReference.Bytes(reads ? bits : 0x7FF8000000000000UL), writer.Written.ToArray());
        writer.Dispose();
    }

    [Fact]
    public void A12_a_Boolean_byte_above_one_fails()
    {
        for (int value = 0; value < 256; value++)
        {
            CanonicalReader reader = new([(byte)value]);
            _ = reader.ReadBoolean();
            Assert.Equal(value > 1, reader.Failed);
        }
    }

    [Theory]
    [InlineData("01C3")]
    [InlineData("02C080")]
    [InlineData("03EDA080")]
    [InlineData("04F5808080")]
    [InlineData("0180")]
    public void A12_text_that_is_no_well_formed_UTF_8_fails(string hex)
    {
        CanonicalReader reader = new(Convert.FromHexString(hex));
        Assert.Equal(string.Empty, reader.ReadText());
        Assert.True(reader.Failed);
    }

    [Theory]
    [InlineData("vinf/a/v1", "vinf/a/v1", true)]
    [InlineData("vinf/a/v1", "vinf/a/v2", false)]
    [InlineData("vinf/a/v1", "vinf/a/v", false)]
    [InlineData("vinf/a/v1", "VINF/A/V1", false)]
    public void A12_another_domain_label_fails(string written, string expected, bool reads)
    {
        CanonicalWriter writer = new([]);
        writer.WriteDomain(written);
        CanonicalReader reader = new(writer.Written);
        reader.ReadDomain(expected);
        Assert.Equal(reads, reader.AtEnd);
        writer.Dispose();
    }

    [Fact]
    public void The_first_fault_sticks()
    {
        CanonicalReader reader = new([2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        _ = reader.ReadBoolean();
        Assert.True(reader.Failed);
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(0, reader.ReadByte());
        Assert.Equal(0UL, reader.ReadUInt64());
        Assert.Equal(default, reader.ReadDigest());
        Assert.Equal(string.Empty, reader.ReadText());
        Assert.Empty(reader.ReadList<NodeId>(10));
        Assert.True(reader.ReadFixed(0).IsEmpty);
        Assert.False(reader.AtEnd);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public void A_count_that_was_computed_from_hostile_bytes_fails_and_does_not_throw(int count)
    {
        CanonicalReader reader = new([1, 2, 3, 4]);
        Assert.True(reader.ReadFixed(count).IsEmpty);
        Assert.True(reader.Failed);
    }

    [Fact]
    public void Lists_and_bytes_above_the_limit_fail_without_taking_memory()
    {
        CanonicalReader list = new([0xFF, 0xFF, 1, 2, 3]);
        Assert.Empty(list.ReadList<NodeId>(ushort.MaxValue));
        Assert.True(list.Failed);
        CanonicalReader three = new([3, 0, .. new byte[3 * Digest.Size]]);
        Assert.Empty(three.ReadList<NodeId>(2));
        Assert.True(three.Failed);
        CanonicalReader bytes = new([5, 0, 0, 0, 1, 2, 3, 4, 5]);
        Assert.True(bytes.ReadBytes(4).IsEmpty);
        Assert.True(bytes.Failed);
        CanonicalReader huge = new([0xFF, 0xFF, 0xFF, 0xFF, 1]);
        Assert.True(huge.ReadBytes(int.MaxValue).IsEmpty);
        Assert.True(huge.Failed);
    }

    [Fact]
    public void What_the_encoding_cannot_hold_is_a_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => Writing((ref CanonicalWriter writer) => writer.WriteDomain("")));
        Assert.Throws<ArgumentException>(() => Writing((ref CanonicalWriter writer) => writer.WriteDomain("é")));
        Assert.Throws<ArgumentException>(() => Writing((ref CanonicalWriter writer) => writer.WriteDomain(new string('a', 256))));
        Assert.Throws<ArgumentException>(() => Writing((ref CanonicalWriter writer) => writer.WriteText(new string('é', 128))));
        Assert.Throws<ArgumentException>(() => Writing((ref CanonicalWriter writer) => writer.WriteText("\uD800")));
        Assert.Throws<ArgumentException>(() => Writing((ref CanonicalWriter writer) => writer.WriteShortBytes(new byte[256])));
        Assert.Throws<ArgumentException>(() => Writing((ref CanonicalWriter writer) => writer.WriteList([.. new NodeId[65536]])));
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing_but_the_result()
    {
        EveryField[] values = [.. CommitmentSeeds.EveryField()];
        _ = values[5].ToDigest();
        _ = new MerkleProof(0, 1, []).ToDigest();
        long before = GC.GetAllocatedBytesForCurrentThread();
        CanonicalWriter writer = new(stackalloc byte[64]);
        for (int i = 0; i < 100; i++)
        {
            writer.WriteDomain("vinf/test/v1");
            writer.WriteDigest(default);
            writer.WriteText("größe");
            writer.WriteDouble(i);
        }

        CanonicalReader reader = new(writer.Written);
        for (int i = 0; i < 100; i++)
        {
            reader.ReadDomain("vinf/test/v1");
            _ = reader.ReadDigest();
            _ = reader.ReadShortBytes();
            _ = reader.ReadDouble();
        }

        bool atEnd = reader.AtEnd;
        writer.Dispose();

        // The pool may have had to make its buffers: 64 bytes doubled up to 8 KiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 * 1024);
        Assert.True(atEnd);
    }

    [Fact]
    public void A_value_that_leaves_bytes_over_is_not_read()
    {
        byte[] bytes = new NodeId(Digest.Of([1])).ToBytes();
        Assert.True(Canonical.TryRead(bytes, out NodeId id));
        Assert.Equal(Digest.Of([1]), id.Value);
        Assert.False(Canonical.TryRead([.. bytes, 0], out id));
        Assert.Equal(default, id);
    }

    private delegate void WriteSomething(ref CanonicalWriter writer);

    private static void Writing(WriteSomething write)
    {
        CanonicalWriter writer = new([]);
        write(ref writer);
    }

    // At most 63 characters, so at most 252 bytes, and well-formed.
    private static string Text(string? value) => new([.. (value ?? string.Empty).Where(letter => !char.IsSurrogate(letter)).Take(63)]);

    private static void RoundTrips<T>(Write<T> write, Read<T> read) => RoundTrips(write, read, value => value);

    private static void RoundTrips<TIn, TOut>(Write<TIn> write, Read<TOut> read, Func<TIn, TOut> expected) => Law.Holds<TIn>(value =>
    {
        CanonicalWriter writer = new(stackalloc byte[3]);
        write(ref writer, value);
        byte[] bytes = writer.ToArray();
        writer.Dispose();
        CanonicalReader reader = new(bytes);
        TOut got = read(ref reader);
        CanonicalReader truncated = new(bytes.AsSpan(0, bytes.Length - 1));
        _ = read(ref truncated);
        CanonicalReader extended = new([.. bytes, 7]);
        _ = read(ref extended);
        return reader.AtEnd && truncated.Failed && extended is { Failed: false, Remaining: 1, AtEnd: false } && Same(expected(value), got);
    });

    private static bool Same<T>(T expected, T got) => expected is byte[] bytes && got is byte[] other ? bytes.AsSpan().SequenceEqual(other)
        : expected is double number && got is double read ? double.IsNaN(number) ? double.IsNaN(read) : BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits(read)
        : EqualityComparer<T>.Default.Equals(expected, got);
}
