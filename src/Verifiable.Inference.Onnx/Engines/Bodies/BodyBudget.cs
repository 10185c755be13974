using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What the bodies of one run may still do, over all graph nodes and levels. Used by one run.</summary>
internal sealed class BodyBudget
{
    private readonly CanonicalEngineOptions _options;
    private long _nodes;

    internal BodyBudget(CanonicalEngineOptions options)
    {
        _options = options;
        _nodes = options.MaxBodyNodes;
    }

    /// <summary>Takes the graph nodes of one more run of a body.</summary>
    /// <exception cref="InvalidOperationException">There are not so many left.</exception>
    internal void Take(GraphNode node, int nodes)
    {
        // A body without graph nodes takes time too.
        _nodes -= nodes + 1;
        if (_nodes < 0)
        {
            throw new InvalidOperationException($"{node}: expected bodies to run at most {_options.MaxBodyNodes} graph nodes ({nameof(CanonicalEngineOptions.MaxBodyNodes)}), got more.");
        }
    }
}
