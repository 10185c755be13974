using System.Collections.Immutable;
using System.Text;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Tells when a generation ends: a function of its new tokens, the number of tokens before them, the options, the vocabulary and the context's length. The reference is
/// <c>docs/reference/generation.md</c>, part 3. Thread-safe.
/// </summary>
public static class StopRule
{
    /// <summary>Decides after the last of the new tokens; earlier ones have not ended the generation.</summary>
    /// <param name="newTokens">The new tokens, at least one.</param>
    /// <param name="promptLength">The number of tokens before them.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="vocabulary">The tokens' bytes; needed where there are stop texts.</param>
    /// <param name="contextLength">The most tokens that the model can look at.</param>
    /// <exception cref="ArgumentException">There are no tokens, or stop texts and no vocabulary.</exception>
    public static StopReason Decide(ReadOnlySpan<int> newTokens, int promptLength, DecodingOptions options, TokenVocabulary? vocabulary, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (newTokens.IsEmpty || (vocabulary is null && options.StopTexts.Length > 0))
        {
            throw new ArgumentException(newTokens.IsEmpty ? "Expected at least one token, got none." : "Expected a vocabulary beside stop texts, got none.", nameof(newTokens));
        }

        return options.StopTokens.BinarySearch(newTokens[^1]) >= 0 ? StopReason.StopToken
            : options.StopTexts.Any(EndsIn(newTokens, options.StopTexts, vocabulary)) ? StopReason.StopText
            : newTokens.Length >= options.MaxNewTokens ? StopReason.MaxNewTokens
            : promptLength + newTokens.Length >= contextLength ? StopReason.ContextLimit
            : StopReason.None;
    }

    /// <summary>Gets the bytes that the new tokens stand for, up to the first stop text.</summary>
    public static byte[] TextOf(ReadOnlySpan<int> newTokens, DecodingOptions options, TokenVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vocabulary);
        byte[] bytes = Bytes(newTokens, vocabulary);
        int end = bytes.Length;
        foreach (string text in options.StopTexts)
        {
            int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
            end = at >= 0 ? Math.Min(end, at) : end;
        }

        return bytes[..end];
    }

    // Earlier tokens have completed no text: only what reaches into the last token can be new.
    private static Func<string, bool> EndsIn(ReadOnlySpan<int> newTokens, ImmutableArray<string> texts, TokenVocabulary? vocabulary)
    {
        if (texts.IsEmpty)
        {
            return static _ => false;
        }

        int first = newTokens.Length - 1;
        int before = 0;
        while (first > 0 && before < DecodingOptions.MaxStopTextBytes)
        {
            first--;
            before += vocabulary![newTokens[first]].Length;
        }

        byte[] tail = Bytes(newTokens[first..], vocabulary!);
        return text => tail.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private static byte[] Bytes(ReadOnlySpan<int> tokens, TokenVocabulary vocabulary)
    {
        using MemoryStream bytes = new();
        foreach (int token in tokens)
        {
            bytes.Write(vocabulary[token]);
        }

        return bytes.ToArray();
    }
}
