using System.Text.Json;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>What PyTorch computed with the same weights (<c>models/reference</c>).</summary>
internal sealed record ReferenceOutputs(TensorValue Input, float[] Logits)
{
    internal static ReferenceOutputs Read(string model)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(ShippedModels.Root!, "models", "reference", model + ".json")));
        long[] shape = [.. document.RootElement.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
        return new ReferenceOutputs(TensorValue.Create(Flat(document.RootElement.GetProperty("values")), shape), Flat(document.RootElement.GetProperty("logitsFloat64")));
    }

    private static float[] Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Flat)] : [(float)element.GetDouble()];
}
