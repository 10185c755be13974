using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>An operator that runs bodies. It has no element of its own: every number that it gives is one of a body's graph nodes, moved. Immutable and thread-safe.</summary>
internal abstract class BodyOperator : BoundOperator
{
    /// <summary>Binds the operator that a graph node names, or gives <see langword="null"/> where it names another.</summary>
    internal static BodyOperator? Bind(GraphNode node, out ModelRefusal? refusal)
    {
        refusal = null;
        if (ControlFlowDefinition.Find(node) is not { } definition)
        {
            return null;
        }

        var binder = new NodeBinder(node, null, new PackedMatrices(0), default, new TensorValue?[node.Inputs.Length]);
        foreach (string name in definition.Bodies)
        {
            binder.RequireBody(name);
        }

        BodyOperator? bound = null;
        if (binder.Refusal is null)
        {
            bound = definition.Name switch
            {
                "If" => new IfOperator(binder),
                "Loop" => new LoopOperator(binder),
                _ => new ScanOperator(binder),
            };
            binder.Finish();
        }

        refusal = binder.Refusal;
        return bound;
    }

    /// <summary>Infers the outputs before a run, each where it depends on shapes only.</summary>
    internal abstract TensorSignature?[] Infer(BodyShapes shapes);

    /// <summary>Runs the bodies.</summary>
    /// <returns>The outputs by position.</returns>
    internal abstract TensorValue[] Run(BodyRun run);

    public sealed override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        throw new InvalidOperationException("Expected an element of a graph node of a body, got one of a graph node that runs bodies.");

    private protected sealed override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs) =>
        throw new InvalidOperationException("Expected the engine to run the bodies.");
}
