using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>Runs ONNX's light models: whole networks with constant weights, <c>NAME.onnx</c> beside <c>NAME_output_0.pb</c>. Their input is no file: element i of
/// n is i ÷ n, and a dimension without a length is 1.</summary>
public static class LightModels
{
    /// <summary>The time that one model may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Lists the models of a folder in ordinal order.</summary>
    public static IReadOnlyList<string> Find(string directory) => [.. Directory.GetFiles(directory, "*.onnx").Order(StringComparer.Ordinal)];

    /// <summary>Runs one model.</summary>
    public static ConformanceResult Run(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return ConformanceCase.Guard(name, Limit, cancellation => RunAsync(name, path, cancellation));
    }

    /// <summary>Makes the input of a light model.</summary>
    public static TensorValue Ramp(params ReadOnlySpan<long> lengths)
    {
        var shape = new TensorShape(lengths);
        float[] elements = new float[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = (float)((double)i / elements.Length);
        }

        return TensorValue.Create<float>(elements, shape);
    }

    private static async Task<ConformanceResult> RunAsync(string name, string path, CancellationToken cancellationToken)
    {
        CanonicalEngine? engine = ConformanceCase.Load(name, path, out ConformanceResult? refused);
        if (engine is null)
        {
            return refused!;
        }

        List<(int Place, TensorValue Tensor)> expected = [];
        for (int place = 0; File.Exists(OutputPath(path, place)); place++)
        {
            if (!ExpectedTensors.TryRead(OutputPath(path, place), out TensorValue? tensor, out string? fault))
            {
                return ConformanceResult.Unsupported(name, fault);
            }

            expected.Add((place, tensor));
        }

        var inputs = new NamedTensors(engine.Model.Inputs.Select(input => KeyValuePair.Create(input.Name, Ramp([.. input.Dimensions.Select(Length)]))));
        return await ConformanceCase.RunAsync(name, engine, inputs, expected, cancellationToken).ConfigureAwait(false);
    }

    private static long Length(GraphDimension dimension) => dimension.IsFixed ? dimension.Length : 1;

    private static string OutputPath(string model, int place) =>
        Path.Combine(Path.GetDirectoryName(model) ?? string.Empty, FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(model)}_output_{place}.pb"));
}
