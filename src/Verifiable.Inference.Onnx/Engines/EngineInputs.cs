using System.Globalization;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Checks what a caller feeds to a model, and what the model gives back.</summary>
internal static class EngineInputs
{
    /// <summary>Checks names, types and shapes; dimensions of one name must have one length.</summary>
    /// <returns>The lengths of the named dimensions.</returns>
    /// <exception cref="ArgumentException">Something does not fit; the message lists every expectation.</exception>
    internal static Dictionary<string, long> Check(OnnxModel model, NamedTensors inputs)
    {
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        string? fault = inputs.Count == model.Inputs.Length ? null : string.Create(CultureInfo.InvariantCulture, $"got {inputs.Count} tensors");
        foreach (GraphValue input in model.Inputs)
        {
            if (!inputs.TryGetValue(input.Name, out TensorValue? tensor))
            {
                fault ??= $"'{input.Name}' is missing";
            }
            else if (!input.Admits(tensor.Type, tensor.Shape))
            {
                fault ??= $"got {tensor} for '{input.Name}'";
            }
            else
            {
                fault ??= Unify(input, tensor, lengths);
            }
        }

        if (fault is not null)
        {
            throw new ArgumentException(
                $"Expected the inputs [{string.Join("; ", model.Inputs)}]: {fault}. Got [{string.Join("; ", inputs.Select(pair => $"{pair.Key}: {pair.Value}"))}].", nameof(inputs));
        }

        return lengths;
    }

    /// <summary>Checks types and shapes of the outputs; dimensions of one name must have one length, that of the inputs where they have the name.</summary>
    /// <exception cref="InvalidOperationException">An output is not what the model declares.</exception>
    internal static void CheckOutputs(OnnxModel model, int[] places, RunFrame values, Dictionary<string, long> lengths)
    {
        for (int i = 0; i < places.Length; i++)
        {
            GraphValue output = model.Outputs[i];
            TensorValue tensor = values[places[i]]!;
            string? fault = output.Admits(tensor.Type, tensor.Shape) ? Unify(output, tensor, lengths) : $"got {tensor}";
            if (fault is not null)
            {
                throw new InvalidOperationException($"Expected the output '{output}', as the model declares it: {fault}.");
            }
        }
    }

    /// <summary>Returns the tensor with canonical NaNs: itself, when it has no others.</summary>
    internal static TensorValue Canonicalize(TensorValue tensor)
    {
        if (!CanonicalNaN.IsNeeded(tensor.Type, tensor.Bytes.Span))
        {
            return tensor;
        }

        byte[] bytes = tensor.Bytes.ToArray();
        CanonicalNaN.Apply(tensor.Type, bytes);
        return TensorValue.Take(tensor.Type, tensor.Shape, bytes);
    }

    private static string? Unify(GraphValue input, TensorValue tensor, Dictionary<string, long> lengths)
    {
        for (int axis = 0; axis < input.Dimensions.Length; axis++)
        {
            string symbol = input.Dimensions[axis].Symbol;
            if (symbol.Length == 0)
            {
                continue;
            }

            if (!lengths.TryAdd(symbol, tensor.Shape[axis]) && lengths[symbol] != tensor.Shape[axis])
            {
                return string.Create(CultureInfo.InvariantCulture, $"the dimension {symbol} is {lengths[symbol]} in one place and {tensor.Shape[axis]} in '{input.Name}'");
            }
        }

        return null;
    }
}
