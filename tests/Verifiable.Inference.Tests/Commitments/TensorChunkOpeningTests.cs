using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class TensorChunkOpeningTests
{
    [Fact]
    public void Every_element_is_found_where_the_header_says_in_every_layout()
    {
        RandomTensors random = new(99);
        for (int trial = 0; trial < 150; trial++)
        {
            TensorValue tensor = random.Next();
            var commitment = TensorCommitment.Of(tensor, random.Layout(), random.ChunkSize());
            byte[][] chunks = [.. Enumerable.Range(0, (int)commitment.Header.ChunkCount).Select(chunk => Read(commitment, chunk))];
            int element = 0;
            foreach (long[] index in TensorReference.Indices([.. tensor.Shape.Lengths]))
            {
                TensorPosition position = commitment.Header.Locate(index);
                Assert.Equal(commitment.Header.LocateRowMajor(element), position);
                int size = ElementTypes.SizeOf(tensor.Type);
                Assert.Equal(TensorReference.Element(tensor, element), chunks[position.Chunk].AsSpan(position.Offset, size).ToArray());
                element++;
            }

            Assert.Equal(TensorReference.CommittedBytes(tensor, commitment.Header.Layout), chunks.SelectMany(chunk => chunk));
        }
    }

    [Fact]
    public void A_column_of_a_right_operand_and_the_channels_of_a_place_are_contiguous()
    {
        TensorHeader right = new(ElementType.Float32, new TensorShape(5, 4096, 7), TensorLayout.ByColumn);
        TensorPosition top = right.Locate(3, 0, 2);
        Assert.Equal(new TensorPosition(top.Chunk, top.Offset + 16380), right.Locate(3, 4095, 2));
        TensorHeader images = new(ElementType.Float32, new TensorShape(2, 16, 9, 9), TensorLayout.ChannelsLast);
        TensorPosition first = images.Locate(1, 0, 4, 4);
        Assert.Equal(new TensorPosition(first.Chunk, first.Offset + 60), images.Locate(1, 15, 4, 4));
    }

    [Fact]
    public void An_index_outside_the_shape_is_a_callers_mistake()
    {
        TensorHeader header = new(ElementType.Float32, new TensorShape(2, 3));
        Assert.Throws<ArgumentException>(() => header.Locate(1));
        Assert.Throws<ArgumentException>(() => header.Locate(1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.Locate(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.Locate(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.LocateRowMajor(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.LengthOf(1));
    }

    [Fact]
    public void A_header_may_describe_a_tensor_larger_than_memory()
    {
        TensorHeader header = new(ElementType.Float64, new TensorShape(1L << 30, 1L << 29), TensorLayout.ByColumn);
        Assert.Equal(1L << 62, header.ByteLength);
        Assert.Equal(1L << 48, header.ChunkCount);
        Assert.Equal(new TensorPosition((1L << 48) - 1, 16376), header.Locate((1L << 30) - 1, (1L << 29) - 1));
        Assert.Throws<ArgumentException>(() => new TensorHeader(ElementType.Float64, new TensorShape(1L << 60)));
        Assert.Throws<ArgumentException>(() => new TensorHeader(ElementType.None, default));
    }

    [Fact]
    public void An_opening_reads_back_and_verifies_and_no_altered_bit_of_it_does()
    {
        TensorValue tensor = new RandomTensors(4).Next(ElementType.Float32, new TensorShape(1, 5, 10));
        foreach (TensorLayout layout in RandomTensors.Layouts)
        {
            var commitment = TensorCommitment.Of(tensor, layout, 64);
            for (long chunk = 0; chunk < commitment.Header.ChunkCount; chunk++)
            {
                byte[] bytes = commitment.Open(chunk).ToBytes();
                Assert.True(Canonical.TryRead(bytes, out TensorChunkOpening? opening));
                Assert.True(opening.TryVerify(commitment.Digest, out ReadOnlyMemory<byte> elements));
                Assert.Equal(commitment.Header, opening.Header);
                Assert.Equal(chunk, opening.Chunk);
                Assert.Equal(commitment.Header.LengthOf(chunk), elements.Length);
                Assert.Equal(bytes, opening.ToBytes());
                for (int bit = 0; bit < 8 * bytes.Length; bit++)
                {
                    byte[] altered = [.. bytes];
                    altered[bit / 8] ^= (byte)(1 << (bit % 8));
                    Assert.False(Canonical.TryRead(altered, out TensorChunkOpening? other) && other.TryVerify(commitment.Digest, out _));
                }
            }
        }
    }

    [Fact]
    public void A7_a_short_last_chunk_claimed_long_is_refused()
    {
        TensorValue tensor = TensorValue.Create(new float[20], 20);
        var commitment = TensorCommitment.Of(tensor, chunkSize: 64);
        MerkleProof last = commitment.Open(1).Proof;
        Assert.True(Canonical.TryRead<TensorChunkOpening>(Encode(commitment.Header, last, new byte[16]), out _));
        foreach (int length in new[] { 0, 4, 12, 17, 20, 64, 1 << 20 })
        {
            Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(commitment.Header, last, new byte[length]), out _));
        }

        Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(commitment.Header, commitment.Open(0).Proof, new byte[16]), out _));
    }

    [Fact]
    public void A7_shapes_that_overflow_and_negative_lengths_are_refused()
    {
        foreach (long[] lengths in new long[][] { [-1], [long.MinValue], [1L << 32, 1L << 32], [long.MaxValue, 2], [0, 1L << 40, 1L << 40], [1L << 62] })
        {
            Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, TensorLayout.RowMajor, 64, lengths, 0), out _));
        }

        Assert.True(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, TensorLayout.RowMajor, 64, [3, 0], 0), out _));
        Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, TensorLayout.RowMajor, 64, [3, 1], 0), out _));
        Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, TensorLayout.RowMajor, 64, [.. Enumerable.Repeat(1L, 17)], 4), out _));
    }

    [Fact]
    public void A8_A12_chunk_sizes_types_and_layouts_that_do_not_exist_are_refused()
    {
        foreach (uint chunkSize in new uint[] { 0, 1, 63, 65, 1 << 21, uint.MaxValue, 0x8000_0000 })
        {
            Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, TensorLayout.RowMajor, chunkSize, [1], 4), out _));
        }

        Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.None, TensorLayout.RowMajor, 64, [0], 0), out _));
        Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, (ElementType)8, TensorLayout.RowMajor, 64, [0], 0), out _));
        Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, TensorLayout.None, 64, [1], 4), out _));
        Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, (TensorLayout)4, 64, [1], 4), out _));
    }

    [Fact]
    public void A13_another_hash_id_is_refused()
    {
        Assert.True(Canonical.TryRead<TensorHeader>(EncodeHeader(1, ElementType.Float32, TensorLayout.RowMajor, 64, [1], 4), out _));
        foreach (byte hashId in new byte[] { 0, 2, 0x81, 0xFF })
        {
            Assert.False(Canonical.TryRead<TensorHeader>(EncodeHeader(hashId, ElementType.Float32, TensorLayout.RowMajor, 64, [1], 4), out _));
        }
    }

    [Fact]
    public void A10_an_opening_with_a_NaN_of_other_bits_is_refused()
    {
        var commitment = TensorCommitment.Of(TensorValue.Create([float.NaN, 1], 2), chunkSize: 64);
        MerkleProof proof = commitment.Open(0).Proof;
        Assert.True(Canonical.TryRead(Encode(commitment.Header, proof, [0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0x3F]), out TensorChunkOpening? opening));
        Assert.True(opening.TryVerify(commitment.Digest, out _));
        Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(commitment.Header, proof, [0, 0, 0xC0, 0xFF, 0, 0, 0x80, 0x3F]), out _));
        Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(commitment.Header, proof, [0, 0, 0x80, 0x3F, 1, 0, 0x80, 0x7F]), out _));
        foreach ((ElementType type, byte[] nan) in new (ElementType, byte[])[]
            { (ElementType.Float16, [1, 0x7E]), (ElementType.BFloat16, [0xC1, 0x7F]), (ElementType.Float64, [0, 0, 0, 0, 0, 0, 0xF8, 0xFF]) })
        {
            Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(new TensorHeader(type, new TensorShape(1), chunkSize: 64), new MerkleProof(0, 1, []), nan), out _));
        }
    }

    [Fact]
    public void A_Boolean_above_one_is_refused()
    {
        TensorHeader header = new(ElementType.Boolean, new TensorShape(2));
        Assert.True(Canonical.TryRead<TensorChunkOpening>(Encode(header, new MerkleProof(0, 1, []), [0, 1]), out _));
        Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(header, new MerkleProof(0, 1, []), [0, 2]), out _));
    }

    [Fact]
    public void A_proof_for_another_number_of_chunks_is_refused()
    {
        TensorHeader header = new(ElementType.Float32, new TensorShape(20), chunkSize: 64);
        Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(header, new MerkleProof(0, 1, []), new byte[64]), out _));
        Assert.False(Canonical.TryRead<TensorChunkOpening>(Encode(header, new MerkleProof(0, 3, [default, default]), new byte[64]), out _));
    }

    [Fact]
    public void A14_a_tree_over_the_same_leaves_for_another_purpose_is_no_tensor_commitment()
    {
        TensorValue tensor = TensorValue.Create(new byte[64], 64);
        var commitment = TensorCommitment.Of(tensor, chunkSize: 64);
        MerkleTree tree = MerkleTree.Of([tensor.Bytes]);
        Assert.NotEqual(tree.Root, commitment.Digest);
        Assert.True(commitment.Open(0).Proof.Verifies(tree.Root, tensor.Bytes.Span));
        Assert.False(commitment.Open(0).TryVerify(tree.Root, out ReadOnlyMemory<byte> bytes));
        Assert.True(bytes.IsEmpty);
    }

    private static byte[] Read(TensorCommitment commitment, int chunk)
    {
        Assert.True(commitment.Open(chunk).TryVerify(commitment.Digest, out ReadOnlyMemory<byte> bytes));
        return bytes.ToArray();
    }

    private static byte[] Encode(TensorHeader header, MerkleProof proof, ReadOnlySpan<byte> bytes)
    {
        CanonicalWriter writer = new([]);
        writer.WriteDomain("vinf/tensor-chunk/v1");
        header.WriteTo(ref writer);
        proof.WriteTo(ref writer);
        writer.WriteBytes(bytes);
        return Finish(ref writer);
    }

    private static byte[] EncodeHeader(byte hashId, ElementType type, TensorLayout layout, uint chunkSize, long[] lengths, long byteLength)
    {
        CanonicalWriter writer = new([]);
        writer.WriteDomain("vinf/tensor/v1");
        writer.WriteByte(hashId);
        writer.WriteByte((byte)type);
        writer.WriteByte((byte)layout);
        writer.WriteUInt32(chunkSize);
        writer.WriteByte((byte)lengths.Length);
        foreach (long length in lengths)
        {
            writer.WriteInt64(length);
        }

        writer.WriteInt64(byteLength);
        return Finish(ref writer);
    }

    private static byte[] Finish(ref CanonicalWriter writer)
    {
        byte[] bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}
