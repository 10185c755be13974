using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Makes accusations: runs the definition on whole tensors, notes what it reads, and opens just that. Used by one thread.</summary>
/// <remarks>The tensors must be those that the trace commits to; otherwise what is made opens nothing.</remarks>
internal sealed class EvidenceBuilder
{
    private readonly JudgedModel _model;
    private readonly OnnxModel _weights;
    private readonly NamedTensors _inputs;
    private readonly ulong _seed;
    private readonly TraceTree _trace;
    private readonly IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> _outputs;

    /// <summary>Creates a builder.</summary>
    /// <param name="model">The model as a referee knows it.</param>
    /// <param name="weights">The model with its weights.</param>
    /// <param name="inputs">The request's inputs.</param>
    /// <param name="seed">The request's seed.</param>
    /// <param name="trace">The trace that the accusation opens.</param>
    /// <param name="outputs">The outputs of the graph nodes that the accused one reads.</param>
    public EvidenceBuilder(JudgedModel model, OnnxModel weights, NamedTensors inputs, ulong seed, TraceTree trace, IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> outputs)
    {
        _model = model;
        _weights = weights;
        _inputs = inputs;
        _seed = seed;
        _trace = trace;
        _outputs = outputs;
    }

    /// <summary>Gets the graph nodes whose outputs a graph node reads.</summary>
    public static HashSet<int> ProducersOf(JudgedModel model, int node)
    {
        HashSet<int> producers = [];
        foreach (string name in model.Nodes[node].Inputs)
        {
            if (name.Length > 0 && model.TryFindProducer(name, out (int Node, int Output) producer))
            {
                producers.Add(producer.Node);
            }
        }

        return producers;
    }

    /// <summary>Accuses an element.</summary>
    public Accusation OfElement(int node, int output, long element, TensorEvidence accused) =>
        Accusation.OfElement(_trace.Open(node), output, element, accused, OpenInputs(node, output, element));

    /// <summary>Tells whether a referee can compute an element within its limits.</summary>
    public bool IsWithin(RefereeLimits limits, int number, int output, long element)
    {
        GraphNode node = _model.Nodes[number];
        EvidenceInputs inputs = new([.. node.Inputs.Select(TensorOf)], limits.MaxReads, limits.MaxWork);
        BoundOperator bound = _model.OperatorOf(number);
        try
        {
            if (bound.TryInfer(inputs, new TensorSignature[node.Outputs.Length], out _))
            {
                _ = bound.Element(new OperatorContext(_seed), inputs, output, element);
            }

            // Evidence cannot hold more, whatever the limits.
            return CountChunks(number, output, element) <= TensorEvidence.MaxChunks;
        }
        catch (EvidenceException)
        {
            return false;
        }
    }

    /// <summary>Accuses the type or shape of an output.</summary>
    public Accusation OfSignature(int node, int output, TensorEvidence accused) =>
        Accusation.OfSignature(_trace.Open(node), output, new TensorEvidence(accused.Header, accused.Root, []), OpenInputs(node, output, -1));

    private long CountChunks(int number, int output, long element)
    {
        GraphNode node = _model.Nodes[number];
        RecordedInputs recorded = new([.. node.Inputs.Select(TensorOf)]);
        _ = _model.OperatorOf(number).Element(new OperatorContext(_seed), recorded, output, element);
        return Enumerable.Range(0, node.Inputs.Length).Where(input => recorded.Read[input].Count > 0).Sum(input =>
        {
            TensorValue tensor = TensorOf(node.Inputs[input])!;
            TensorHeader header = new(tensor.Type, tensor.Shape, _model.LayoutOf(node, input));
            return (long)recorded.Read[input].Select(place => header.LocateRowMajor(place).Chunk).Distinct().Count();
        });
    }

    private ImmutableArray<InputEvidence> OpenInputs(int number, int output, long element)
    {
        GraphNode node = _model.Nodes[number];
        RecordedInputs recorded = new([.. node.Inputs.Select(TensorOf)]);
        BoundOperator bound = _model.OperatorOf(number);
        var signatures = new TensorSignature[node.Outputs.Length];
        if (bound.TryInfer(recorded, signatures, out _) && element >= 0 && element < signatures[output].Shape.ElementCount)
        {
            _ = bound.Element(new OperatorContext(_seed), recorded, output, element);
        }

        ImmutableArray<InputEvidence>.Builder evidence = ImmutableArray.CreateBuilder<InputEvidence>();
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            string name = node.Inputs[i];
            if (name.Length == 0 || _model.TryFindMade(name, out _) || _model.FirstUse(node, i) < i)
            {
                continue;
            }

            var commitment = TensorCommitment.Of(TensorOf(name)!, _model.LayoutOf(node, i));
            IEnumerable<long> read = Enumerable.Range(i, node.Inputs.Length - i).Where(use => node.Inputs[use] == name && _model.FirstUse(node, use) == i).SelectMany(use => recorded.Read[use]);
            TensorEvidence opened = TensorEvidence.Of(commitment, read.Select(place => commitment.Header.LocateRowMajor(place).Chunk));
            evidence.Add(new InputEvidence(i, _model.TryFindProducer(name, out (int Node, int Output) producer) ? _trace.Open(producer.Node) : null, opened));
        }

        return evidence.ToImmutable();
    }

    private TensorValue? TensorOf(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (_model.TryFindProducer(name, out (int Node, int Output) producer))
        {
            return _outputs[producer.Node][producer.Output];
        }

        return _model.TryFindMade(name, out TensorValue? made) ? made
            : _weights.Initializers.TryGetValue(name, out TensorValue? weight) ? weight
            : _inputs[name];
    }
}
