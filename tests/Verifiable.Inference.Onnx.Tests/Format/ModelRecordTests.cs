using Google.Protobuf;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Graph;
using Verifiable.Inference.Onnx.Tests.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Format;

public sealed class ModelRecordTests
{
    // Whatever bytes pass the scan, protobuf's own reader finds the same in them, and it finds nothing wrong with them.
    [Fact]
    public void A_file_is_read_as_protobuf_reads_it()
    {
        Random random = new(3);
        byte[][] seeds = [.. HostileBytesTests.Seeds(random)];
        int parsed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = i < seeds.Length ? seeds[i] : HostileBytesTests.Mutate(seeds, random);
            file = i % 16 == 15 ? WireRewriter.Rewrite(seeds[random.Next(seeds.Length)], random) : file;
            if (WireScan.Check(file, OnnxReadOptions.Default) is not null)
            {
                continue;
            }

            parsed++;
            Assert.Equal(RecordText.Of(ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(file)), RecordText.Of(ModelRecord.Read(file), file));
        }

        Assert.InRange(parsed, 1000, 20_000);
    }

    // Records in parts, fields twice, lists half packed, overlong numbers: whatever is well-formed passes the scan, and means what protobuf says.
    [Fact]
    public void Odd_records_are_read_as_protobuf_reads_them()
    {
        OnnxReadOptions options = new() { MaxFileBytes = 1 << 20 };
        int large = 0;
        for (ulong seed = 0; seed < 20_000; seed++)
        {
            byte[] file = WireMaker.Make(new CaseRandom(seed));
            Assert.Null(WireScan.Check(file, options));
            Assert.Equal(RecordText.Of(ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(file)), RecordText.Of(ModelRecord.Read(file), file));
            large += file.Length > 200 ? 1 : 0;

            // And no part of it makes the reader throw.
            _ = OnnxModel.TryRead(file, out _, out _);
        }

        Assert.InRange(large, 1000, 20_000);
    }

    // Where protobuf's readers differ, or a reader would have to guess, the file is refused.
    [Theory]
    [InlineData("00")]
    [InlineData("0801 02")]
    [InlineData("07")]
    [InlineData("0B 0C")]
    [InlineData("0C")]
    [InlineData("08")]
    [InlineData("08 FFFFFFFFFFFFFFFFFFFF 01")]
    [InlineData("88 80 80 80 80 80 80 80 80 80 00 01")]
    [InlineData("FF FF FF FF 7F 01")]
    [InlineData("3A FF FF FF FF 07")]
    [InlineData("3A FF FF FF FF FF FF FF FF FF 01")]
    [InlineData("3A 85 80 80 80 10 00 00 00 00 00")]
    [InlineData("3A 02 0A 05")]
    [InlineData("42 03 0A 01 FF")]
    [InlineData("3A 05 2A 03 22 01 00")]
    [InlineData("3A 05 2A 03 0A 01 80")]
    [InlineData("3A 07 0A 05 2A 03 42 01 80")]
    [InlineData("0D 01 02 03")]
    [InlineData("09 01 02 03 04 05 06 07")]
    public void Malformed_encodings_are_refused(string hex)
    {
        Assert.False(OnnxModel.TryRead(Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)), out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.Malformed, refusal.Reason);
        Assert.DoesNotContain("with a graph", refusal.Message, StringComparison.Ordinal);
    }

    // Numbers of one byte are the worst that a file can do: eight bytes each, and only where an option allows them.
    [Fact]
    public void Lists_of_small_numbers_take_no_more_memory_than_what_they_become()
    {
        const int Count = 1 << 20;
        AttributeProto attribute = new() { Name = "a", Type = (int)AttributeKind.Ints };
        ModelProto proto = Restatement.ProtoOf(SampleModels.Classifier());
        proto.Graph.Node[0].Attribute.Add(attribute);
        attribute.Ints.AddRange(Enumerable.Repeat(0L, Count));
        byte[] file = proto.ToByteArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(OnnxModel.TryRead(file, out _, out ModelRefusal? refusal));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.Equal(ModelRefusalReason.TooLarge, refusal.Reason);
        Assert.Contains(nameof(OnnxReadOptions.MaxEntries), refusal.Message, StringComparison.Ordinal);

        proto = Restatement.ProtoOf(SampleModels.Classifier());
        TensorProto tensor = new() { Name = "unused", DataType = (int)ElementType.Int64 };
        tensor.Int64Data.AddRange(Enumerable.Repeat(0L, Count));
        tensor.Dims.AddRange(Enumerable.Repeat(1L, Count));
        proto.Graph.Initializer.Add(tensor);
        file = proto.ToByteArray();
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(OnnxModel.TryRead(file, out _, out refusal));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
        Assert.Equal(ModelRefusalReason.BadShape, refusal.Reason);
    }

    [Fact]
    public void Of_raw_bytes_stated_twice_the_last_count()
    {
        ModelProto proto = Restatement.ProtoOf(SampleModels.Classifier());
        TensorProto tensor = proto.Graph.Initializer[0];
        byte[] once = tensor.ToByteArray();
        byte[] other = new TensorProto { RawData = ByteString.CopyFrom(new byte[tensor.RawData.Length]) }.ToByteArray();
        proto.Graph.Initializer.RemoveAt(0);
        foreach ((byte[] first, byte[] second, bool isOwn) in new[] { (other, once, true), (once, other, false) })
        {
            byte[] twice = [.. first, .. second];

            // A graph stated twice is one graph with the initialisers of both.
            using MemoryStream stream = new();
            using (CodedOutputStream output = new(stream, leaveOpen: true))
            {
                proto.WriteTo(output);
                output.WriteTag(7, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(Graph(twice));
            }

            Assert.True(OnnxModel.TryRead(stream.ToArray(), out OnnxModel? model, out ModelRefusal? refusal), refusal?.ToString());
            Assert.Equal(isOwn, model.Id == SampleModels.Classifier().Id);
        }
    }

    // Protobuf cuts an int32 off to 32 bits, however many the file gives it.
    [Fact]
    public void Numbers_of_32_bits_are_cut_off_to_them()
    {
        ModelProto proto = Restatement.ProtoOf(SampleModels.Classifier());
        byte[] tensor = [.. new TensorProto { Name = "n", DataType = (int)ElementType.Int32, Dims = { 1 } }.ToByteArray(), 0x28, 0x85, 0x80, 0x80, 0x80, 0x10];
        byte[] file = [.. proto.ToByteArray(), 0x3A, .. Sized(Graph(tensor).ToByteArray())];
        Assert.True(OnnxModel.TryRead(file, out OnnxModel? model, out ModelRefusal? refusal), refusal?.ToString());
        Assert.Equal(5, model.Initializers["n"].AsSpan<int>()[0]);
    }

    [Fact]
    public void A_model_read_from_bytes_does_not_change_with_them()
    {
        byte[] file = SampleModels.Classifier().ToBytes();
        Assert.True(OnnxModel.TryRead(file, out OnnxModel? model, out _));
        Array.Clear(file);
        Assert.Equal(SampleModels.Classifier().Id, model.Id);
    }

    // One copy of the weights in memory: the file's own bytes.
    [Fact]
    public void Loading_a_file_takes_memory_for_it_once_and_mapping_it_none()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("verifiable-onnx-").FullName, "model.onnx");
        try
        {
            const int Bytes = 8 << 20;
            OnnxModel model = SampleModels.ClassifierBuilder().Initializer("unused", TensorValue.Create(new float[Bytes / sizeof(float)], Bytes / sizeof(float))).Build();
            model.Save(path);
            foreach (bool maps in new[] { false, true })
            {
                OnnxReadOptions options = new() { MapModelFile = maps };
                _ = OnnxModel.Load(path, options);
                long before = GC.GetAllocatedBytesForCurrentThread();
                var read = OnnxModel.Load(path, options);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.InRange(allocated, maps ? 0 : Bytes, (maps ? 0 : Bytes) + (256 * 1024));
                Assert.Equal(model.Id, read.Id);
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static byte[] Sized(byte[] content) => [(byte)content.Length, .. content];

    private static ByteString Graph(byte[] tensor)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            output.WriteTag(5, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(tensor));
        }

        return ByteString.CopyFrom(stream.ToArray());
    }
}
