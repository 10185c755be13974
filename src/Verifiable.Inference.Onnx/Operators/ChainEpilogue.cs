using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Computes graph nodes that work element by element right where the one before them has put a run of its output.</summary>
internal sealed class ChainEpilogue : Epilogue
{
    private readonly Link[] _links;
    private readonly TensorShape _shape;

    /// <summary>Creates a chain.</summary>
    /// <param name="links">The graph nodes in order.</param>
    /// <param name="shape">The shape that all outputs have.</param>
    internal ChainEpilogue(Link[] links, TensorShape shape)
    {
        _links = links;
        _shape = shape;
    }

    internal override bool LeavesCanonicalNaNs => _links.Length > 0 && _links[^1].Operator.FollowsCanonically;

    internal override void Apply(Span<float> values, int start)
    {
        foreach (Link link in _links)
        {
            link.Operator.Follow(link.Inputs, link.Followed, _shape, values, start);
        }
    }

    /// <summary>One graph node of a chain.</summary>
    /// <param name="Operator">Its operator.</param>
    /// <param name="Inputs">Its inputs; the one that is followed is absent.</param>
    /// <param name="Followed">The input that is followed.</param>
    internal sealed record Link(BoundOperator Operator, TensorValue?[] Inputs, int Followed);
}
