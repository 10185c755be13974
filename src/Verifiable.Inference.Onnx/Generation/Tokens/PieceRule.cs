namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Names how a text is cut into pieces before bytes are merged.</summary>
internal enum PieceRule
{
    /// <summary>No rule.</summary>
    None = 0,

    /// <summary>Not at all.</summary>
    Whole,

    /// <summary>GPT-2's rule.</summary>
    Gpt2,

    /// <summary>Llama 3's rule, which is that of OpenAI's cl100k_base: digits by three.</summary>
    Llama3,

    /// <summary>Qwen 2's rule: as Llama 3's, with every digit alone.</summary>
    Qwen2,
}
