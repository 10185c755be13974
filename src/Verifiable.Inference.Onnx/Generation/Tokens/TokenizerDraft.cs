namespace Verifiable.Inference.Onnx.Generation;

/// <summary>What a tokenizer file says, before it is checked. Used by one thread.</summary>
internal sealed class TokenizerDraft
{
    internal Dictionary<string, int> Vocabulary { get; } = new(StringComparer.Ordinal);

    internal List<(string Left, string Right)> Merges { get; } = [];

    internal List<(string Text, int Token, bool IsSpecial)> Added { get; } = [];

    internal PieceRule Rule { get; set; } = PieceRule.Gpt2;

    internal bool AddsPrefixSpace { get; set; }

    internal bool IgnoresMerges { get; set; }
}
