using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Adds up the work of graph nodes, which follows from shapes alone, and says where so much of it has been done that a cut point is worth its cost.
/// Used by one run.</summary>
internal sealed class TraceWork
{
    private readonly long _workPerByte;
    private Int128 _work;

    /// <summary>Creates a sum of nothing.</summary>
    /// <param name="workPerByte">The multiply-adds between two cut points for each byte of the later one's outputs.</param>
    public TraceWork(long workPerByte)
    {
        _workPerByte = workPerByte;
    }

    /// <summary>Finds the cut points of a run before it starts, or <see langword="null"/> where shapes depend on elements, so that only the run can tell.</summary>
    public static TraceCuts? FindCuts(ShapePlan plan, long workPerByte)
    {
        ImmutableArray<int>.Builder cuts = ImmutableArray.CreateBuilder<int>();
        TraceWork work = new(workPerByte);
        foreach (PlannedStep planned in plan.Steps)
        {
            CanonicalStep step = planned.Step;
            if (planned.Kind is PlannedStepKind.Dynamic or PlannedStepKind.Bodies)
            {
                return null;
            }

            TensorSignature?[] inputs = [.. step.Inputs.Select(place => place < 0 ? null : plan.Signatures[place])];
            TensorSignature?[] outputs = [.. step.Outputs.Select(place => place < 0 ? null : plan.Signatures[place])];
            if (work.IsCutPoint(step.Node, inputs, outputs))
            {
                cuts.Add(step.Node.Index);
            }
        }

        return new TraceCuts(cuts.ToImmutable());
    }

    /// <summary>Gets the signatures of tensors.</summary>
    public static TensorSignature?[] SignaturesOf(ReadOnlySpan<TensorValue?> tensors)
    {
        var signatures = new TensorSignature?[tensors.Length];
        for (int i = 0; i < signatures.Length; i++)
        {
            signatures[i] = tensors[i] is { } tensor ? new TensorSignature(tensor.Type, tensor.Shape) : null;
        }

        return signatures;
    }

    /// <summary>Adds the next graph node, and tells whether it is a cut point.</summary>
    public bool IsCutPoint(GraphNode node, TensorSignature?[] inputs, TensorSignature?[] outputs)
    {
        Int128 bytes = 0;
        foreach (TensorSignature? output in outputs)
        {
            bytes += output is { } signature ? (Int128)signature.Shape.ElementCount * ElementTypes.SizeOf(signature.Type) : 0;
        }

        _work += Of(node, inputs, outputs);
        if (_work < _workPerByte * bytes)
        {
            return false;
        }

        _work = 0;
        return true;
    }

    // For products and convolutions the length of a sum for each output element, for others one for each element read or made.
    private static Int128 Of(GraphNode node, TensorSignature?[] inputs, TensorSignature?[] outputs)
    {
        long sum = node.Domain.Length != 0 ? 0 : node.OperatorType switch
        {
            "MatMul" when inputs[0]?.Shape is { Rank: > 0 } left => left[left.Rank - 1],
            "Gemm" when inputs[0]?.Shape is { Rank: 2 } left => left[node.GetInt("transA", 0) == 0 ? 1 : 0],
            "Conv" when inputs[1]?.Shape is { Rank: > 0, ElementCount: > 0 } weights => weights.ElementCount / weights[0],
            _ => 0,
        };
        return sum > 0 ? sum * Elements(outputs) : Int128.Max(Elements(inputs), Elements(outputs));
    }

    private static Int128 Elements(TensorSignature?[] tensors)
    {
        Int128 elements = 0;
        foreach (TensorSignature? tensor in tensors)
        {
            elements += tensor?.Shape.ElementCount ?? 0;
        }

        return elements;
    }
}
