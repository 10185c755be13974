namespace Verifiable.Inference.Networks;

/// <summary>The sizes of a decoder.</summary>
/// <param name="Layers">The number of blocks.</param>
/// <param name="Width">The length of a token's vector.</param>
/// <param name="Heads">The number of heads of queries.</param>
/// <param name="KeyHeads">The number of heads of keys and values.</param>
/// <param name="Inner">The width between the two layers of a block's network.</param>
/// <param name="Vocabulary">The number of tokens.</param>
/// <param name="Context">The number of positions.</param>
public sealed record DecoderSizes(int Layers, int Width, int Heads, int KeyHeads, int Inner, int Vocabulary, int Context)
{
    /// <summary>Gets sizes for tests.</summary>
    public static DecoderSizes Small { get; } = new(2, 32, 4, 2, 48, 67, 96);

    /// <summary>Gets the sizes of GPT-2 with 124 million parameters (A. Radford and others, 2019).</summary>
    public static DecoderSizes Gpt2 { get; } = new(12, 768, 12, 12, 3072, 50257, 1024);

    /// <summary>Gets the length of a head's vector.</summary>
    public int HeadSize => Width / Heads;
}
