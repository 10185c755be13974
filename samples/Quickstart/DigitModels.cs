using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>The model that is asked for, and those that a cheat would rather run.</summary>
internal sealed class DigitModels
{
    /// <summary>What the cheaper model costs, as a share of the honest one: multiply-adds of one image, from the models' cards.</summary>
    public const double CheaperShare = 1_216.0 / 237_024;

    /// <summary>What the model with coarser weights would cost on hardware that takes 8 bits in place of 32.</summary>
    public const double QuantizedShare = (double)QuantizedBits / 32;

    /// <summary>What the model costs without its residual block, of which one activation is left out here.</summary>
    public const double SkippedShare = 1 - (147_456.0 / 237_024);

    private const int QuantizedBits = 8;

    private const string SkippedNode = "residual_relu";

    public DigitModels()
    {
        OnnxModel model = Load("digits.onnx");
        Honest = new CanonicalEngine(model);
        Cheaper = new CanonicalEngine(Load("digits-small.onnx"));
        Quantized = new CanonicalEngine(ModelVariants.WithQuantizedWeights(model, QuantizedBits));
        Skipped = new CanonicalEngine(ModelVariants.WithSkippedNode(model, model.Nodes.First(static node => node.Name == SkippedNode).Index));
    }

    public CanonicalEngine Honest { get; }

    public CanonicalEngine Cheaper { get; }

    public CanonicalEngine Quantized { get; }

    public CanonicalEngine Skipped { get; }

    private static OnnxModel Load(string file) => OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "models", file));
}
