using System.Globalization;
using System.Text;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Cuts a text into the pieces that the published regular expressions give, without a regular expression: in one pass, by whole code points. Letters and numbers are Unicode's general
/// categories L and N, as the framework knows them.
/// </summary>
internal static class PieceScan
{
    /// <summary>The expression of GPT-2.</summary>
    internal const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The same expression, as tokenizer files of other models write it.</summary>
    internal const string Gpt2Grouped = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The expression of Llama 3.</summary>
    internal const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The expression of Qwen 2.</summary>
    internal const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private enum Kind
    {
        None = 0,
        Letter,
        Number,
        Space,
        Other,
    }

    /// <summary>Finds the rule of an expression; <see cref="PieceRule.None"/> for others, which are not run: a stranger's expression can take forever.</summary>
    internal static PieceRule RuleOf(string expression) => expression switch
    {
        Gpt2 or Gpt2Grouped => PieceRule.Gpt2,
        Llama3 => PieceRule.Llama3,
        Qwen2 => PieceRule.Qwen2,
        _ => PieceRule.None,
    };

    /// <summary>Finds where the next piece ends.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="text">The text from the piece's start on, not empty.</param>
    internal static int Next(PieceRule rule, ReadOnlySpan<char> text) => rule switch
    {
        PieceRule.Whole => text.Length,
        PieceRule.Gpt2 => NextOfGpt2(text),
        _ => NextOfLlama3(text, rule == PieceRule.Llama3 ? 3 : 1),
    };

    private static int NextOfGpt2(ReadOnlySpan<char> text)
    {
        if (Contraction(text, StringComparison.Ordinal) is > 0 and var contraction)
        {
            return contraction;
        }

        int start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        Kind kind = KindAt(text, start, out _);
        return kind is Kind.Space or Kind.None ? Spaces(text) : Run(text, start, kind);
    }

    private static int NextOfLlama3(ReadOnlySpan<char> text, int digits)
    {
        if (Contraction(text, StringComparison.OrdinalIgnoreCase) is > 0 and var contraction)
        {
            return contraction;
        }

        Kind first = KindAt(text, 0, out int width);
        int letters = first == Kind.Letter ? 0 : first != Kind.Number && text[0] is not ('\r' or '\n') ? width : -1;
        if (letters >= 0 && KindAt(text, letters, out _) == Kind.Letter)
        {
            return Run(text, letters, Kind.Letter);
        }

        if (first == Kind.Number)
        {
            int end = 0;
            for (int i = 0; i < digits && KindAt(text, end, out int next) == Kind.Number; i++)
            {
                end += next;
            }

            return end;
        }

        int start = text[0] == ' ' ? 1 : 0;
        if (KindAt(text, start, out _) == Kind.Other)
        {
            int end = Run(text, start, Kind.Other);
            while (end < text.Length && text[end] is '\r' or '\n')
            {
                end++;
            }

            return end;
        }

        int run = Run(text, 0, Kind.Space);
        int last = text[..run].LastIndexOfAny('\r', '\n');
        return last >= 0 ? last + 1 : Spaces(text);
    }

    // All of a run of white space where nothing follows it, else all but its last character, which belongs to what follows; at least one.
    private static int Spaces(ReadOnlySpan<char> text)
    {
        int end = Run(text, 0, Kind.Space);
        return end == text.Length || end == 1 ? end : end - 1;
    }

    private static int Contraction(ReadOnlySpan<char> text, StringComparison comparison)
    {
        if (text[0] != '\'')
        {
            return 0;
        }

        foreach (string ending in (ReadOnlySpan<string>)["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"])
        {
            if (text.StartsWith(ending, comparison))
            {
                return ending.Length;
            }
        }

        return 0;
    }

    private static int Run(ReadOnlySpan<char> text, int end, Kind kind)
    {
        while (KindAt(text, end, out int width) == kind)
        {
            end += width;
        }

        return end;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int width)
    {
        width = 0;
        if (at >= text.Length)
        {
            return Kind.None;
        }

        _ = Rune.DecodeFromUtf16(text[at..], out Rune rune, out width);
        return Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }
}
