using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The activations of a recurrent cell, by section 8 of the page.</summary>
internal static class PageActivations
{
    /// <summary>Gets name, alpha and beta of each, by direction.</summary>
    internal static (string Name, float Alpha, float Beta)[][] Of(PageNode node)
    {
        string[] own = node.OperatorType switch { "LSTM" => ["Sigmoid", "Tanh", "Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => ["Tanh"] };
        int directions = node.Text("direction", "forward") == "bidirectional" ? 2 : 1;
        string[] stated = node.Attributes.TryGetValue("activations", out AttributeValue? names) ? [.. names.Texts] : [];
        Queue<float> alphas = new(node.Attributes.TryGetValue("activation_alpha", out AttributeValue? list) ? list.Floats : []);
        Queue<float> betas = new(node.Attributes.TryGetValue("activation_beta", out list) ? list.Floats : []);
        (string, float, float)[] all = [.. Enumerable.Range(0, own.Length * directions).Select(i =>
        {
            string name = stated.Length > 0 ? stated[i] : own[i % own.Length];
            bool hasAlpha = name is "Affine" or "ScaledTanh" or "Elu" or "ThresholdedRelu" or "HardSigmoid" or "LeakyRelu";
            float alpha = hasAlpha && alphas.Count > 0 ? alphas.Dequeue() : name switch { "HardSigmoid" => 0.2f, "LeakyRelu" => 0.01f, _ => 1f };
            float beta = name is "Affine" or "ScaledTanh" or "HardSigmoid" && betas.Count > 0 ? betas.Dequeue() : 0.5f;
            return (name, alpha, beta);
        })];
        return [.. all.Chunk(own.Length)];
    }
}
