using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Tests.Format;

public sealed class ShippedModelsTests
{
    // The identities that claims about these models name; they change only when a model, or the encoding with its version, does.
    private static readonly Dictionary<string, string> _identities = new()
    {
        ["digits"] = "8f4fcdcfd20bddbd24882a290b75629992100b099bd88cb0d6b73d48b0d99894",
        ["digits-small"] = "45787c5a45fcae3abe40567c44fba16e65fd59f66efd29f842f4187359e3e136",
        ["iris"] = "15474484ea7fc9bceedf7bcb03ee5985d564934831eb0a805cd80a8025598d8f",
        ["shakespeare"] = "687e046f5d091c1c831777bd55e4ec64ed05cf661144ad86a4cc70ae12c21d59",
        ["shakespeare-small"] = "5c5d1da7d00d1bf18134287dea3d193d8e8ec79dc9e2abdf51738b1853f1fca4",
    };

    public static TheoryData<string> Names => [.. _identities.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shipped_model_is_read_and_has_its_known_identity(string name)
    {
        Assert.True(OnnxModel.TryLoad(PathOf(name), out OnnxModel? model, out ModelRefusal? refusal), refusal?.ToString());
        Assert.Equal(_identities[name], model.Id.ToString());
        Assert.True(OnnxModel.TryRead(model.ToBytes(), out OnnxModel? again, out _));
        Assert.Equal(model.Id, again.Id);
    }

    [Fact]
    public void The_substitute_has_the_interface_of_the_real_model_and_another_identity()
    {
        OnnxModel model = OnnxModel.Load(PathOf("digits"));
        OnnxModel substitute = OnnxModel.Load(PathOf("digits-small"));
        Assert.Equal(model.Inputs.ToArray(), substitute.Inputs.ToArray());
        Assert.Equal(model.Outputs.ToArray(), substitute.Outputs.ToArray());
        Assert.NotEqual(model.Id, substitute.Id);
    }

    [Fact]
    public void A_shipped_model_can_be_cheated_with_in_every_way()
    {
        OnnxModel model = OnnxModel.Load(PathOf("digits"));
        Assert.NotEmpty(ModelVariants.SkippableNodes(model));
        foreach (int node in ModelVariants.SkippableNodes(model))
        {
            OnnxModel skipped = ModelVariants.WithSkippedNode(model, node);
            Assert.Equal(model.Nodes.Length - 1, skipped.Nodes.Length);
            Assert.NotEqual(model.Id, skipped.Id);
        }

        Assert.NotEqual(model.Id, ModelVariants.WithQuantizedWeights(model, 4).Id);
    }

    private static string PathOf(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Verifiable.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("Expected Verifiable.sln above the tests."), "models", $"{name}.onnx");
    }
}
