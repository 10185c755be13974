using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>The commitment to a model. Immutable and thread-safe.</summary>
public sealed class ModelIdentity
{
    private ModelIdentity(Digest id)
    {
        Id = id;
    }

    /// <summary>Gets the digest that identifies the model.</summary>
    public Digest Id { get; }

    /// <summary>Computes the identity of a model.</summary>
    public static ModelIdentity Compute(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelIdentity(default);
    }
}
