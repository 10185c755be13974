using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Networks;

/// <summary>A model with inputs that fit it. Immutable.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Model">The model.</param>
/// <param name="Inputs">The inputs.</param>
public sealed record Network(string Name, OnnxModel Model, NamedTensors Inputs)
{
    /// <summary>Writes the name.</summary>
    public override string ToString() => Name;
}
