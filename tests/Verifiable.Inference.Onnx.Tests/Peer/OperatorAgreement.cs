using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>Runs a case of one operator through both engines.</summary>
internal static class OperatorAgreement
{
    // Approximations of the other engine have an error that does not shrink with the value: a sigmoid near 0, a tangent near its zeros.
    private const double LeastSize = 5e-2;

    /// <summary>Compares; the answer is empty when the outputs agree, and <see langword="null"/> when the other engine does not take the case.</summary>
    internal static async Task<string?> CompareAsync(OperatorCase sample, List<string> refusals)
    {
        GraphNode node = sample.Node;
        NamedTensors inputs = new(sample.Inputs.Select((input, i) => (Name: node.Inputs.ElementAtOrDefault(i), Input: input))
            .Where(pair => pair.Input is not null).DistinctBy(pair => pair.Name).Select(pair => KeyValuePair.Create(pair.Name!, pair.Input!)));
        (OnnxModel model, NamedTensors ours) = await RunOursAsync(node, inputs);
        NamedTensors theirs;
        try
        {
            using var session = new OnnxRuntimeSession(model.ToBytes(), new OnnxRuntimeOptions { Optimization = OnnxRuntimeOptimization.Disabled });
            theirs = session.Run(inputs);
        }
        catch (OnnxRuntimeException exception)
        {
            refusals.Add(exception.Message.ReplaceLineEndings(" "));
            return null;
        }

        foreach ((string name, TensorValue expected) in theirs)
        {
            TensorValue actual = ours[name];
            double distance = TensorDistance.Measure(expected, actual, LeastSize);
            if (!(distance <= LimitOf(actual.Type)))
            {
                return FormattableString.Invariant($"{sample}: {name} is {actual} here and {expected} there, at distance {distance:E2}: {Excerpt(expected, actual)}");
            }
        }

        return string.Empty;
    }

    // One rounding to 11 or 8 significant bits may fall to either side.
    private static double LimitOf(ElementType type) => type switch
    {
        ElementType.Float16 => 1e-3,
        ElementType.BFloat16 => 1e-2,
        _ => 1e-5,
    };

    // The outputs' types and shapes are known only after a run: twice, with a model that declares less and with one that declares all.
    private static async Task<(OnnxModel Model, NamedTensors Outputs)> RunOursAsync(GraphNode node, NamedTensors inputs)
    {
        var seen = new Dictionary<string, TensorValue>(StringComparer.Ordinal);
        string[] names = [.. node.Outputs.Where(name => name.Length > 0)];
        OnnxModel Make(IEnumerable<GraphValue> outputs)
        {
            var builder = new OnnxModelBuilder(node.Domain.Length == 0 ? node.OpsetVersion : OperatorCatalog.NewestOpset);

            // Other domains have one version there, whichever is asked for here.
            builder.Opset(node.Domain, node.Domain.Length == 0 ? node.OpsetVersion : 1);
            foreach ((string name, TensorValue tensor) in inputs)
            {
                builder.Input(name, tensor.Type, Lengths(tensor));
            }

            builder.Node(node.Domain, node.OperatorType, node.Name, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);
            foreach (GraphValue output in outputs)
            {
                builder.Output(output.Name, output.Type, [.. output.Dimensions]);
            }

            return builder.Build();
        }

        // An input stands for the outputs: the observer sees those.
        OnnxModel blind = Make([new GraphValue(inputs[0].Key, inputs[0].Value.Type, [.. Lengths(inputs[0].Value)])]);
        await new CanonicalEngine(blind).RunTracedAsync(inputs, new GenerationOptions(0), new Recorder(seen));
        OnnxModel model = Make(names.Select(name => new GraphValue(name, seen[name].Type, [.. Lengths(seen[name])])));
        return (model, await new CanonicalEngine(model).RunAsync(inputs, new GenerationOptions(0)));
    }

    private static GraphDimension[] Lengths(TensorValue tensor) => [.. tensor.Shape.Lengths.ToArray().Select(GraphDimension.Of)];

    private static string Excerpt(TensorValue expected, TensorValue actual)
    {
        if (expected.Type != actual.Type || expected.Shape != actual.Shape)
        {
            return "another type or shape";
        }

        var left = new TensorInputs([expected]);
        var right = new TensorInputs([actual]);
        return string.Join(", ", Enumerable.Range(0, expected.Length).Where(i => left.ReadBits(0, i) != right.ReadBits(0, i)).Take(3)
            .Select(i => $"[{i}] here {TensorDistance.Text(actual, i)}, there {TensorDistance.Text(expected, i)}"));
    }

    private sealed class Recorder(Dictionary<string, TensorValue> seen) : INodeObserver
    {
        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                if (outputs[i] is TensorValue value)
                {
                    // The run uses the memory again.
                    seen[node.Outputs[i]] = TensorValue.Take(value.Type, value.Shape, value.Bytes.ToArray());
                }
            }
        }
    }
}
