using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>A run in which outputs of graph nodes are changed, to test disputes with: graph node by graph node, whole tensors, nothing joined or reused. Keeps all tensors. Immutable and
/// thread-safe.</summary>
public sealed class AlteredRun : IDisputedRun
{
    private readonly Dictionary<int, IReadOnlyList<TensorValue?>> _outputs = [];
    private readonly TraceTree _trace;

    /// <summary>Runs a model.</summary>
    /// <param name="model">The model, whose operators the canonical engine has.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="options">The seed.</param>
    /// <param name="alter">Gives what a graph node's output is said to be, from its number, its position and what it is.</param>
    /// <param name="propagates">Whether later graph nodes compute from what was changed, or from what is right.</param>
    /// <exception cref="Format.ModelRefusedException">The model has an operator without a definition.</exception>
    /// <exception cref="InvalidOperationException">The graph nodes do not fit the inputs or what was changed.</exception>
    public AlteredRun(OnnxModel model, NamedTensors inputs, GenerationOptions options, Func<int, int, TensorValue, TensorValue> alter, bool propagates = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(alter);
        JudgedModel judged = JudgedModel.TryCreate(model, out JudgedModel? made, out Format.ModelRefusal? refusal) ? made : throw new Format.ModelRefusedException(refusal);
        var values = new Dictionary<string, TensorValue>(model.Initializers, StringComparer.Ordinal);
        foreach ((string name, TensorValue value) in inputs)
        {
            values[name] = value;
        }

        OperatorContext context = new(options.Seed);
        ImmutableArray<TraceLeaf>.Builder leaves = ImmutableArray.CreateBuilder<TraceLeaf>(judged.Nodes.Length);
        var said = new Dictionary<string, TensorValue>(StringComparer.Ordinal);
        foreach (GraphNode node in judged.Nodes)
        {
            TensorValue?[] read = [.. node.Inputs.Select(name => name.Length == 0 ? null : judged.TryFindMade(name, out TensorValue? constant) ? constant : values[name])];
            TensorValue[] right = Compute(judged.OperatorOf(node.Index), context, node, read);
            var outputs = new TensorValue?[node.Outputs.Length];
            for (int i = 0; i < outputs.Length; i++)
            {
                if (node.HasOutput(i))
                {
                    outputs[i] = alter(node.Index, i, right[i]);
                    values[node.Outputs[i]] = propagates ? outputs[i]! : right[i];
                    said[node.Outputs[i]] = outputs[i]!;
                }
            }

            _outputs.Add(node.Index, outputs);
            leaves.Add(new TraceLeaf(node.Index, [.. outputs.Select((output, i) => Commit(output, judged.LayoutsOf(node.Index, i)))]));
        }

        _trace = new TraceTree(judged.Nodes.Length, leaves.MoveToImmutable());
        Outputs = new NamedTensors(model.Outputs.Select(static output => output.Name).Distinct()
            .Select(name => KeyValuePair.Create(name, said.GetValueOrDefault(name) ?? values[name])));
    }

    /// <summary>Gets what the run says that the model's outputs are.</summary>
    public NamedTensors Outputs { get; }

    /// <summary>Gets the trace of what the run says.</summary>
    public TraceTree Trace => _trace;

    /// <inheritdoc/>
    public ValueTask<TraceTree> GetTraceAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(_trace);

    /// <inheritdoc/>
    public ValueTask<CommittedTensors> GetOutputCommitmentsAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(CommittedTensors.Of(Outputs));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>> GetOutputsAsync(IReadOnlySet<int> nodes, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>>(_outputs);

    /// <summary>Changes the lowest bit of one element: a float by one unit in the last place.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="element">The element's row-major place.</param>
    public static TensorValue ChangeElement(TensorValue tensor, long element)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        int size = ElementTypes.SizeOf(tensor.Type);
        byte[] bytes = tensor.Bytes.ToArray();
        Span<byte> place = bytes.AsSpan(checked((int)(element * size)), size);
        Digest before = TensorCommitment.Compute(tensor);
        place[0] ^= 1;
        TensorValue changed = TensorValue.Take(tensor.Type, tensor.Shape, bytes);

        // Another NaN is the same NaN to a commitment.
        if (TensorCommitment.Compute(changed) == before)
        {
            place.Clear();
        }

        return changed;
    }

    private static TensorValue[] Compute(BoundOperator bound, OperatorContext context, GraphNode node, TensorValue?[] inputs)
    {
        var signatures = new TensorSignature[node.Outputs.Length];
        if (!bound.TryInfer(new TensorInputs(inputs), signatures, out string? fault))
        {
            throw new InvalidOperationException($"{node}: {fault}");
        }

        if (bound.IsView)
        {
            return [TensorValue.Take(signatures[0].Type, signatures[0].Shape, inputs[0]!.Bytes)];
        }

        TensorBuffer[] buffers = [.. signatures.Select(TensorBuffer.Allocate)];
        bound.Compute(context, inputs, buffers);
        return [.. buffers.Select(static buffer => buffer.ToValue())];
    }

    private static TraceOutput Commit(TensorValue? tensor, ImmutableArray<TensorLayout> layouts)
    {
        TraceOutput output = default;
        foreach (TensorLayout layout in layouts)
        {
            Digest digest = TensorCommitment.Compute(tensor!, layout);
            output = layout switch
            {
                TensorLayout.RowMajor => output with { RowMajor = digest },
                TensorLayout.ByColumn => output with { ByColumn = digest },
                _ => output with { ChannelsLast = digest },
            };
        }

        return output;
    }
}
