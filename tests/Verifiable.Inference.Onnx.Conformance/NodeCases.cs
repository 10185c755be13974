using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>Runs cases of ONNX's backend test format: a folder with <c>model.onnx</c> and, in each <c>test_data_set_*</c>, <c>input_*.pb</c> and <c>output_*.pb</c>.</summary>
public static class NodeCases
{
    /// <summary>The time that one case may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Lists the cases of a folder, at any depth, in ordinal order of their names.</summary>
    public static IReadOnlyList<string> Find(string directory) =>
        [.. Directory.GetFiles(directory, "model.onnx", SearchOption.AllDirectories).Select(path => Path.GetDirectoryName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>Runs one case; the result's name is the folder's.</summary>
    public static ConformanceResult Run(string folder)
    {
        string name = Path.GetFileName(folder);
        return ConformanceCase.Guard(name, Limit, cancellation => RunAsync(name, folder, cancellation));
    }

    private static async Task<ConformanceResult> RunAsync(string name, string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, "model.onnx");
        CanonicalEngine? engine = ConformanceCase.Load(name, path, out ConformanceResult? refused);
        if (engine is null)
        {
            return refused!;
        }

        // Files are numbered by the graph's inputs, of which those with an initialiser are no inputs of ours.
        string[] inputNames = [.. ModelRecord.Read(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)).Graph!.Input.Select(input => input.Name)];
        string[] sets = [.. Directory.GetDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal)];
        foreach (string set in sets)
        {
            ConformanceResult result = await RunSetAsync(name, set, engine, inputNames, cancellationToken).ConfigureAwait(false);
            if (result.Outcome != ConformanceOutcome.Passed)
            {
                return result with { Reason = sets.Length == 1 ? result.Reason : $"{Path.GetFileName(set)}: {result.Reason}" };
            }
        }

        return sets.Length == 0 ? ConformanceResult.Failed(name, "there is no test_data_set_*") : ConformanceResult.Passed(name);
    }

    // Some cases of CastLike store one element for an input that their model declares larger. Where nothing but its type is looked at, zeros of the declared shape give
    // what the case is about.
    private static TensorValue ForItsTypeAlone(OnnxModel model, GraphValue input, TensorValue tensor)
    {
        if (tensor.Type != input.Type || input.Admits(tensor.Type, tensor.Shape) || input.Dimensions.Any(dimension => !dimension.IsFixed)
            || model.Outputs.Any(output => output.Name == input.Name)
            || model.Nodes.Any(node => node.Captures.Contains(input.Name) || node.Inputs.Where((name, i) => name == input.Name && !(node.OperatorType == "CastLike" && i == 1)).Any()))
        {
            return tensor;
        }

        var shape = new TensorShape([.. input.Dimensions.Select(dimension => dimension.Length)]);
        return TensorValue.Take(input.Type, shape, new byte[shape.ElementCount * ElementTypes.SizeOf(input.Type)]);
    }

    private static async Task<ConformanceResult> RunSetAsync(string name, string set, CanonicalEngine engine, string[] inputNames, CancellationToken cancellationToken)
    {
        var declared = engine.Model.Inputs.ToDictionary(input => input.Name, StringComparer.Ordinal);
        List<KeyValuePair<string, TensorValue>> inputs = [];
        foreach ((int number, string path) in ExpectedTensors.Files(set, "input"))
        {
            if (number >= inputNames.Length)
            {
                return ConformanceResult.Failed(name, $"{Path.GetFileName(path)} is given, the model has {inputNames.Length} inputs");
            }

            if (declared.TryGetValue(inputNames[number], out GraphValue? input))
            {
                if (!ExpectedTensors.TryRead(path, out TensorValue? tensor, out string? fault))
                {
                    return ConformanceResult.Unsupported(name, fault);
                }

                tensor = ForItsTypeAlone(engine.Model, input, ExpectedTensors.As(input.Type, tensor));
                if (!input.Admits(tensor.Type, tensor.Shape))
                {
                    return ConformanceResult.Unsupported(name, $"the case contradicts itself: its model declares '{input}', {Path.GetFileName(path)} holds {tensor}");
                }

                inputs.Add(KeyValuePair.Create(input.Name, tensor));
            }
        }

        List<(int Place, TensorValue Tensor)> expected = [];
        foreach ((int number, string path) in ExpectedTensors.Files(set, "output"))
        {
            if (!ExpectedTensors.TryRead(path, out TensorValue? tensor, out string? fault))
            {
                return ConformanceResult.Unsupported(name, fault);
            }

            expected.Add((number, tensor));
        }

        return await ConformanceCase.RunAsync(name, engine, new NamedTensors(inputs), expected, cancellationToken).ConfigureAwait(false);
    }
}
