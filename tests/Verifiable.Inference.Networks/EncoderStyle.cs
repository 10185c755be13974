namespace Verifiable.Inference.Networks;

/// <summary>Names how an exporter writes the parts of an encoder.</summary>
public enum EncoderStyle
{
    /// <summary>Normalisations of ONNX's own operator (operator set 17 and later).</summary>
    LayerNormalization = 0,

    /// <summary>Normalisations as ReduceMean, Sub, Pow, ReduceMean, Add, Sqrt, Div, Mul, Add, as exporters wrote them before operator set 17.</summary>
    Decomposed,

    /// <summary>Lengths computed from the input, by Shape, Gather, Unsqueeze and Concat, as exporters write models whose sequence length is open.</summary>
    DynamicShapes,
}
