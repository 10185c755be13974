using System.Buffers.Binary;
using Google.Protobuf;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Format.Wire;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Format;

public sealed class RawSplitterTests
{
    private const int Always = int.MaxValue;

    // Whatever bytes pass the scan: parsing what is left and putting the raw bytes back gives what parsing the file gives, also the same failures.
    [Fact]
    public void Splitting_and_parsing_is_parsing()
    {
        Random random = new(3);
        byte[][] seeds = [.. HostileBytesTests.Seeds(random)];
        int parsed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = i < seeds.Length ? seeds[i] : HostileBytesTests.Mutate(seeds, random);
            if (WireScan.Check(file, OnnxReadOptions.Default) is not null)
            {
                continue;
            }

            Assert.True(RawSplitter.TrySplit(file, out byte[] rest, out IReadOnlyList<Range> places, Always));
            ModelProto? expected = Parse(file);
            ModelProto? actual = Parse(rest);
            Assert.Equal(expected is null, actual is null);
            if (expected is null)
            {
                continue;
            }

            parsed++;
            foreach (TensorProto tensor in actual!.Graph is null ? [] : Restatement.Tensors(actual).Where(tensor => tensor.HasRawData))
            {
                tensor.RawData = ByteString.CopyFrom(file.AsSpan(places[BinaryPrimitives.ReadInt32LittleEndian(tensor.RawData.Span)]));
            }

            Assert.Equal(expected, actual);
        }

        Assert.InRange(parsed, 1000, 20_000);
    }

    [Fact]
    public void Of_raw_bytes_stated_twice_the_last_count()
    {
        ModelProto proto = OnnxWriter.ToProto(SampleModels.Classifier());
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

    private static ModelProto? Parse(byte[] bytes)
    {
        try
        {
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
