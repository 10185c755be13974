using System.Buffers;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Graph;
using Verifiable.Inference.Onnx.Tests.Wire;

namespace Verifiable.Inference.Onnx.Tests.Format;

public sealed class ExternalTensorsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("verifiable-onnx-").FullName;
    private readonly string _folder;

    public ExternalTensorsTests()
    {
        _folder = Directory.CreateDirectory(Path.Combine(_root, "model")).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("sub/weights.bin")]
    public void External_data_gives_the_same_identity_as_inline_data(string location)
    {
        OnnxModel model = SampleModels.Classifier();
        Assert.True(OnnxModel.TryLoad(Write(model, location, location), out OnnxModel? other, out ModelRefusal? refusal), refusal?.ToString());
        Assert.Equal(model.Id, other.Id);
    }

    [Fact]
    public void Changed_external_data_gives_another_identity()
    {
        OnnxModel model = SampleModels.Classifier();
        string path = Write(model, "weights.bin", "weights.bin");
        string weights = Path.Combine(_folder, "weights.bin");
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[100] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.NotEqual(model.Id, OnnxModel.Load(path).Id);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("sub/../../weights.bin")]
    [InlineData("sub/../weights.bin")]
    [InlineData("..\\weights.bin")]
    [InlineData("./weights.bin")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("\\\\server\\share")]
    [InlineData("C:weights.bin")]
    [InlineData("absent.bin")]
    [InlineData("sub")]
    [InlineData(".. /weights.bin")]
    public void A_location_outside_of_the_folder_is_refused(string location)
    {
        File.WriteAllBytes(Path.Combine(_root, "weights.bin"), new byte[10_000]);
        Refused(Write(SampleModels.Classifier(), "weights.bin", location));
    }

    [Fact]
    public void A_location_that_a_system_would_cut_off_is_no_text()
    {
        File.WriteAllBytes(Path.Combine(_root, "weights.bin"), new byte[10_000]);
        Assert.False(OnnxModel.TryLoad(Write(SampleModels.Classifier(), "weights.bin", "weights.bin\0.txt"), out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.Malformed, refusal.Reason);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused_and_one_within_is_followed()
    {
        OnnxModel model = SampleModels.Classifier();
        string path = Write(model, "weights.bin", "link.bin");
        string link = Path.Combine(_folder, "link.bin");
        File.CreateSymbolicLink(link, "weights.bin");
        Assert.Equal(model.Id, OnnxModel.Load(path).Id);

        File.Move(Path.Combine(_folder, "weights.bin"), Path.Combine(_root, "weights.bin"));
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine("..", "weights.bin"));
        Refused(path);
    }

    [Fact]
    public void A_folder_that_is_a_link_out_of_the_folder_is_refused()
    {
        string path = Write(SampleModels.Classifier(), "sub/weights.bin", "sub/weights.bin");
        Directory.Move(Path.Combine(_folder, "sub"), Path.Combine(_root, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "sub"), Path.Combine(_root, "elsewhere"));
        Refused(path);
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        string path = Write(SampleModels.Classifier(), "weights.bin", "a.bin");
        File.CreateSymbolicLink(Path.Combine(_folder, "a.bin"), "b.bin");
        File.CreateSymbolicLink(Path.Combine(_folder, "b.bin"), "a.bin");
        Refused(path);
    }

    [Fact]
    public void A_model_in_a_folder_that_is_itself_a_link_is_read()
    {
        OnnxModel model = SampleModels.Classifier();
        Write(model, "weights.bin", "weights.bin");
        Directory.CreateSymbolicLink(Path.Combine(_root, "alias"), _folder);
        Assert.Equal(model.Id, OnnxModel.Load(Path.Combine(_root, "alias", "model.onnx")).Id);
    }

    [Theory]
    [InlineData("offset", "-4", ModelRefusalReason.BadTensor)]
    [InlineData("offset", "4000", ModelRefusalReason.ExternalDataRefused)]
    [InlineData("offset", "9223372036854775807", ModelRefusalReason.ExternalDataRefused)]
    [InlineData("offset", "9223372036854775808", ModelRefusalReason.BadTensor)]
    [InlineData("offset", " 4", ModelRefusalReason.BadTensor)]
    [InlineData("length", "1", ModelRefusalReason.BadTensor)]
    [InlineData("length", "99999999999", ModelRefusalReason.BadTensor)]
    [InlineData("length", "", ModelRefusalReason.BadTensor)]
    public void Offset_and_length_are_checked(string key, string value, ModelRefusalReason reason)
    {
        string path = Write(SampleModels.Classifier(), "weights.bin", "weights.bin", proto =>
            proto.Graph.Initializer[0].ExternalData.Single(entry => entry.Key == key).Value = value);
        Assert.False(OnnxModel.TryLoad(path, out _, out ModelRefusal? refusal));
        Assert.Equal(reason, refusal.Reason);

        // Known from the file's length, before memory for the elements is taken.
        Assert.Equal(reason == ModelRefusalReason.ExternalDataRefused, refusal.Message.Contains("a file of 492 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void External_data_is_refused_when_the_options_say_so()
    {
        string path = Write(SampleModels.Classifier(), "weights.bin", "weights.bin");
        Assert.False(OnnxModel.TryLoad(path, out _, out ModelRefusal? refusal, new OnnxReadOptions { AllowExternalData = false }));
        Assert.Equal(ModelRefusalReason.ExternalDataRefused, refusal.Reason);
    }

    [Fact]
    public void A_tensor_with_elements_in_both_places_is_refused()
    {
        string path = Write(SampleModels.Classifier(), "weights.bin", "weights.bin", proto => proto.Graph.Initializer[0].RawData = ByteString.CopyFrom(1));
        Assert.False(OnnxModel.TryLoad(path, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.BadTensor, refusal.Reason);
    }

    [Fact]
    public void An_absent_an_empty_and_a_folder_path_are_refused()
    {
        string empty = Path.Combine(_folder, "empty.onnx");
        File.WriteAllBytes(empty, []);
        foreach (string path in new[] { Path.Combine(_folder, "absent.onnx"), empty, _folder, Path.Combine(_folder, "absent", "absent.onnx") })
        {
            Assert.False(OnnxModel.TryLoad(path, out _, out ModelRefusal? refusal));
            Assert.Equal(ModelRefusalReason.Unreadable, refusal.Reason);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void Large_external_data_is_mapped_at_any_offset_and_the_same_model(int shift)
    {
        OnnxModel model = SampleModels.ClassifierBuilder().Initializer("large", SampleModels.Ramp(1 << 18)).Build();
        string path = Write(model, "weights.bin", "weights.bin", shift: shift);
        foreach (bool maps in new[] { true, false })
        {
            var read = OnnxModel.Load(path, new OnnxReadOptions { MapExternalData = maps });
            Assert.Equal(!maps, MemoryMarshal.TryGetArray(read.Initializers["large"].Bytes, out _));
            Assert.True(MemoryMarshal.TryGetArray(read.Initializers["fc_w"].Bytes, out _));
            Assert.Equal(model.Id, read.Id);
            Assert.Equal(model.Initializers["large"], read.Initializers["large"]);
        }
    }

    [Fact]
    public void What_the_caller_vouches_for_is_mapped_and_a_strangers_model_is_copied()
    {
        string path = Write(SampleModels.ClassifierBuilder().Initializer("large", SampleModels.Ramp(1 << 18)).Build(), "weights.bin", "weights.bin");
        Assert.False(MemoryMarshal.TryGetArray(OnnxModel.Load(path).Initializers["large"].Bytes, out _));
        Assert.True(OnnxModel.TryLoad(path, out OnnxModel? model, out _));
        Assert.True(MemoryMarshal.TryGetArray(model.Initializers["large"].Bytes, out _));

        // What is copied does not change with the file.
        byte[] weights = File.ReadAllBytes(Path.Combine(_folder, "weights.bin"));
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), []);
        Assert.Equal(SampleModels.Ramp(1 << 18), model.Initializers["large"]);
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), weights);
    }

    [Fact]
    public void A_mapped_file_may_be_deleted_or_replaced()
    {
        OnnxModel model = SampleModels.ClassifierBuilder().Initializer("large", SampleModels.Ramp(1 << 18)).Build();
        var read = OnnxModel.Load(Write(model, "weights.bin", "weights.bin"));
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(Path.Combine(_folder, "weights.bin"));
            File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [1]);
        }

        Assert.Equal(model.Id, read.Id);
    }

    [Fact]
    public void Mapped_memory_is_pinned_where_it_is()
    {
        byte[] content = [1, 2, 3, 4, 5];
        string path = Path.Combine(_folder, "bytes.bin");
        File.WriteAllBytes(path, content);
        using var file = OpenedFile.Open(path);
        ReadOnlyMemory<byte> part = file.Map(1, 3);
        using (MemoryHandle handle = part.Pin())
        {
            Assert.Equal([2, 3, 4], part.ToArray());
        }

        Assert.Equal([3, 4], part[1..].ToArray());
        Assert.Equal(5, file.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Map(3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Map(-1, 3));
        Assert.Throws<FileNotFoundException>(() => OpenedFile.Open(Path.Combine(_folder, "absent.bin")));
    }

    // All tensors are of the file that was opened first, whatever takes its name meanwhile.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_opened_once(bool maps)
    {
        const int Bytes = 2 << 20;
        string path = Path.Combine(_folder, "weights.bin");
        File.WriteAllBytes(path, Enumerable.Repeat((byte)1, 2 * Bytes).ToArray());
        using ExternalTensors external = new(_folder, maps);
        Assert.Null(external.Read("weights.bin", 0, Bytes, 4, "first", out ReadOnlyMemory<byte> first));
        File.Move(path, Path.Combine(_root, "moved.bin"));
        File.WriteAllBytes(path, Enumerable.Repeat((byte)2, 2 * Bytes).ToArray());
        Assert.Null(external.Read("weights.bin", Bytes, Bytes, 4, "second", out ReadOnlyMemory<byte> second));
        Assert.Equal(-1, first.Span.IndexOfAnyExcept((byte)1));
        Assert.Equal(-1, second.Span.IndexOfAnyExcept((byte)1));
    }

    // What is checked is the file that is open, and not once more its name.
    [Fact]
    public void A_file_is_known_by_where_it_is_and_not_by_how_it_was_named()
    {
        string outside = Path.Combine(_root, "outside.bin");
        File.WriteAllBytes(outside, [1]);
        string link = Path.Combine(_folder, "link.bin");
        File.CreateSymbolicLink(link, outside);
        using (var file = OpenedFile.Open(link))
        {
            Assert.False(LinkedPath.IsIn(file.PathOf(), LinkedPath.Resolve(_folder)));
            Assert.Equal(LinkedPath.Resolve(outside), file.PathOf());
        }

        if (OperatingSystem.IsLinux())
        {
            string inside = Path.Combine(_folder, "inside.bin");
            File.WriteAllBytes(inside, [1]);
            using var file = OpenedFile.Open(inside);
            Assert.True(LinkedPath.IsIn(file.PathOf(), LinkedPath.Resolve(_folder)));
            File.Move(inside, Path.Combine(_root, "gone.bin"));
            File.WriteAllBytes(inside, [2]);
            Assert.False(LinkedPath.IsIn(file.PathOf(), LinkedPath.Resolve(_folder)));
        }
    }

    private static void Refused(string path)
    {
        Assert.False(OnnxModel.TryLoad(path, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.ExternalDataRefused, refusal.Reason);
    }

    private string Write(OnnxModel model, string file, string location, Action<ModelProto>? change = null, int shift = 0)
    {
        ModelProto proto = Restatement.ProtoOf(model);
        using MemoryStream weights = new();
        weights.Write(new byte[shift]);
        foreach (TensorProto tensor in proto.Graph.Initializer)
        {
            Restatement.ToExternal(tensor, location, weights);
        }

        change?.Invoke(proto);
        File.WriteAllBytes(Path.Combine(_folder, file), weights.ToArray());
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, proto.ToByteArray());
        return path;
    }
}
