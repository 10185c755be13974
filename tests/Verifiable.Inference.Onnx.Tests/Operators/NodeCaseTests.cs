using System.Globalization;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Format.Wire;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>ONNX's own node tests, for every case whose operators the engine has.</summary>
public sealed class NodeCaseTests(Xunit.Abstractions.ITestOutputHelper log)
{
    // Cases of operators that are here, in a form that is not: text, indices of the largest element, integers.
    private static readonly string[] _unsupported =
    [
        "test_cast_FLOAT_to_STRING", "test_cast_STRING_to_FLOAT", "test_clip_default_int8_inbounds", "test_clip_default_int8_min",
        "test_maxpool_2d_uint8", "test_maxpool_with_argmax_2d_precomputed_strides",

        // Of operator sets before 7.
        "test_globalaveragepool", "test_globalaveragepool_precomputed",

        // The suite's own data do not fit the model: a brain float is stored as UInt16[1].
        "test_castlike_FLOAT_to_BFLOAT16_expanded",

        // The suite's data of this age cut a brain float off where the standard, and later suites, round it to nearest even.
        "test_cast_FLOAT_to_BFLOAT16",
    ];

    [NodeCaseFact]
    public async Task Node_cases_of_the_operators_that_are_here_pass()
    {
        string folder = NodeCaseFactAttribute.Folder!;
        HashSet<string> names = [.. OperatorCatalog.Definitions.Select(definition => definition.Name)];
        SortedDictionary<string, int> passed = new(StringComparer.Ordinal);
        List<string> failures = [];
        List<string> refused = [];
        foreach (string path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (!OnnxModel.TryLoad(Path.Combine(path, "model.onnx"), out OnnxModel? model, out _))
            {
                if (_unsupported.Contains(name))
                {
                    refused.Add(name);
                }

                continue;
            }

            if (!model.Nodes.All(node => names.Contains(node.OperatorType)) || model.Nodes.Length == 0)
            {
                continue;
            }

            try
            {
                string? fault = await Check(path, model);
                if (fault is not null && _unsupported.Contains(name))
                {
                    refused.Add(name);
                    continue;
                }

                string label = model.Nodes.Length == 1 ? model.Nodes[0].OperatorType : "expanded";
                passed[label] = passed.GetValueOrDefault(label) + (fault is null ? 1 : 0);
                failures.AddRange(fault is null ? [] : [$"{name}: {fault}"]);
            }
            catch (Exception exception) when (!_unsupported.Contains(name))
            {
                failures.Add($"{name}: {exception.Message}");
            }
            catch (Exception exception) when (exception is ModelRefusedException or InvalidOperationException or ArgumentException)
            {
                refused.Add(name);
            }
        }

        log.WriteLine($"{passed.Values.Sum()} passed: {string.Join(", ", passed.Select(pair => $"{pair.Key} {pair.Value.ToString(CultureInfo.InvariantCulture)}"))}");
        log.WriteLine($"{refused.Count} unsupported: {string.Join(", ", refused)}");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
        Assert.True(passed.Values.Sum() >= 90, $"{passed.Values.Sum()} passed");
    }

    private static async Task<string?> Check(string path, OnnxModel model)
    {
        foreach (string set in Directory.GetDirectories(path, "test_data_set_*"))
        {
            TensorValue[] inputs = ReadAll(set, "input");
            TensorValue[] expected = ReadAll(set, "output");
            NamedTensors outputs = await new CanonicalEngine(model).RunAsync(
                new NamedTensors(model.Inputs.Select((input, i) => KeyValuePair.Create(input.Name, inputs[i]))), new GenerationOptions(0));
            for (int i = 0; i < expected.Length; i++)
            {
                if (Compare(expected[i], outputs[model.Outputs[i].Name]) is string fault)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    private static TensorValue[] ReadAll(string set, string kind)
    {
        string[] files = [.. Directory.GetFiles(set, kind + "_*.pb").OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal)];
        return [.. files.Select(file => new TensorReader(OnnxReadOptions.Default, null).TryRead(TensorProto.Parser.ParseFrom(File.ReadAllBytes(file)), file, out TensorValue? value, out ModelRefusal? refusal)
            ? value
            : throw new InvalidOperationException(refusal.ToString()))];
    }

    // The suite's own tolerance for floats: |a − b| ≤ 1e-7 + 1e-3·|b|; everything else exactly.
    private static string? Compare(TensorValue expected, TensorValue actual)
    {
        if (expected.Type == ElementType.UInt16 && actual.Type == ElementType.BFloat16)
        {
            // The suite stores brain floats as their bits.
            expected = TensorValue.Take(ElementType.BFloat16, expected.Shape, expected.Bytes);
        }

        if (expected.Type != actual.Type || expected.Shape != actual.Shape)
        {
            return $"expected {expected}, got {actual}";
        }

        if (!ElementTypes.IsFloat(expected.Type))
        {
            return expected.Equals(actual) ? null : "other integers";
        }

        var left = new TensorInputs([expected]);
        var right = new TensorInputs([actual]);
        for (int i = 0; i < expected.Length; i++)
        {
            double a = Widen(left.ReadBits(0, i), expected.Type);
            double b = Widen(right.ReadBits(0, i), expected.Type);
            bool same = a.Equals(b) || Math.Abs(a - b) <= 1e-7 + (1e-3 * Math.Abs(a));
            if (!same)
            {
                return $"element {i}: expected {a:R}, got {b:R}";
            }
        }

        return null;
    }

    private static double Widen(ulong bits, ElementType type) =>
        BitConverter.UInt64BitsToDouble(Onnx.Arithmetic.ElementConversion.Convert(bits, type, ElementType.Float64));
}
