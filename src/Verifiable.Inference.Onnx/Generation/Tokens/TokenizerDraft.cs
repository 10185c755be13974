namespace Verifiable.Inference.Onnx.Generation;

/// <summary>What a tokenizer file says, before it is checked. Used by one thread.</summary>
internal sealed class TokenizerDraft
{
    internal Dictionary<string, int> Vocabulary { get; } = new(StringComparer.Ordinal);

    internal List<(string Left, string Right)> Merges { get; } = [];

    internal List<(string Text, int Token, bool IsSpecial)> Added { get; } = [];

    internal PieceRule Rule { get; set; } = PieceRule.Gpt2;

    /// <summary>Gets or sets a value indicating whether a space goes before what does not begin with one: the text, or each piece of it where it is cut before.</summary>
    internal bool AddsPrefixSpace { get; set; }

    /// <summary>Gets or sets a value indicating whether a step of its own cuts the text, before the one that turns bytes into symbols.</summary>
    internal bool IsSplitBefore { get; set; }

    internal bool IgnoresMerges { get; set; }
}
