namespace Verifiable.Inference.Networks;

/// <summary>How a decoder is written down.</summary>
public enum DecoderStyle
{
    /// <summary>Not chosen.</summary>
    None = 0,

    /// <summary>GPT-2's blocks of plain operators.</summary>
    Gpt2,

    /// <summary>GPT-2's blocks without past keys and values.</summary>
    Gpt2WithoutCache,

    /// <summary>GPT-2's blocks with ONNX's Attention.</summary>
    Gpt2Attention,

    /// <summary>GPT-2's blocks with ONNX Runtime's MultiHeadAttention and SkipLayerNormalization.</summary>
    Gpt2Microsoft,

    /// <summary>Llama's blocks of plain operators.</summary>
    Llama,

    /// <summary>Llama's blocks with ONNX's RMSNormalization, RotaryEmbedding and Attention.</summary>
    LlamaAttention,

    /// <summary>Llama's blocks with ONNX Runtime's SkipSimplifiedLayerNormalization, RotaryEmbedding and GroupQueryAttention.</summary>
    LlamaMicrosoft,
}
