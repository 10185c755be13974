using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Byte-level byte-pair encoding, from the files that models ship: texts to tokens and back. Immutable; safe to call from several threads at once. The reference is
/// <c>docs/reference/generation.md</c>, part 5.
/// </summary>
public sealed class BytePairTokenizer
{
    private readonly int[] _bytes;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Token)> _merges = [];
    private readonly Dictionary<string, int> _symbols;
    private readonly AddedTokens _added;
    private readonly HashSet<int> _addedNumbers;
    private readonly TokenizerDraft _draft;

    private BytePairTokenizer(TokenizerDraft draft, int[] bytes, TokenVocabulary vocabulary)
    {
        _draft = draft;
        _symbols = draft.Vocabulary;
        _bytes = bytes;
        Vocabulary = vocabulary;
        _added = new AddedTokens(draft.Added.Select(static added => (added.Text, added.Token)));
        _addedNumbers = [.. draft.Added.Select(static added => added.Token)];
    }

    /// <summary>Gets the bytes that each token stands for; special tokens stand for none.</summary>
    public TokenVocabulary Vocabulary { get; }

    /// <summary>Reads a <c>tokenizer.json</c> that may be hostile. Never throws because of it.</summary>
    /// <param name="json">The file, at most 64 MiB.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="fault">What was expected and what was there.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out BytePairTokenizer? tokenizer, [NotNullWhen(false)] out string? fault)
    {
        TokenizerDraft draft = new();
        fault = TokenizerFile.Read(json, draft);
        tokenizer = null;
        return fault is null && TryMake(draft, out tokenizer, out fault);
    }

    /// <summary>Reads a <c>vocab.json</c> and a <c>merges.txt</c>, which cut texts by GPT-2's rule and may be hostile. Never throws because of them.</summary>
    /// <param name="vocabulary">The file of tokens, at most 64 MiB.</param>
    /// <param name="merges">The file of merges, at most 64 MiB.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="fault">What was expected and what was there.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> vocabulary, ReadOnlyMemory<byte> merges, [NotNullWhen(true)] out BytePairTokenizer? tokenizer, [NotNullWhen(false)] out string? fault)
    {
        TokenizerDraft draft = new();
        fault = TokenizerFile.Read(vocabulary, merges, draft);
        tokenizer = null;
        return fault is null && TryMake(draft, out tokenizer, out fault);
    }

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">The text. Half a surrogate pair becomes U+FFFD.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="readsAddedTokens">Whether the texts of added tokens, as <c>&lt;|endoftext|&gt;</c>, are these tokens; not where the text is a stranger's. The default is
    /// <see langword="false"/>.</param>
    /// <returns><see langword="false"/> when the vocabulary lacks a byte of the text.</returns>
    public bool TryEncode(string text, [NotNullWhen(true)] out int[]? tokens, bool readsAddedTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> encoded = [];
        PairMerger merger = new(_merges);
        ReadOnlySpan<char> rest = text;
        tokens = null;
        while (!rest.IsEmpty)
        {
            (int start, int length, int token) = readsAddedTokens ? _added.Find(rest) : (rest.Length, 0, 0);
            if (!TryEncodePlain(rest[..start], merger, encoded))
            {
                return false;
            }

            if (length > 0)
            {
                encoded.Add(token);
            }

            rest = rest[(start + length)..];
        }

        tokens = [.. encoded];
        return true;
    }

    /// <summary>Turns tokens into text; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(params ReadOnlySpan<int> tokens)
    {
        TokenTextReader reader = new(Vocabulary);
        StringBuilder text = new();
        foreach (int token in tokens)
        {
            text.Append(reader.Append(token));
        }

        return text.Append(reader.Flush()).ToString();
    }

    /// <summary>Turns the bytes of one piece into tokens; <see langword="false"/> when the vocabulary lacks one of them.</summary>
    internal bool TryEncodePiece(ReadOnlySpan<byte> piece, List<int> encoded) => TryEncodePiece(piece, new PairMerger(_merges), encoded);

    private static bool TryMake(TokenizerDraft draft, [NotNullWhen(true)] out BytePairTokenizer? tokenizer, [NotNullWhen(false)] out string? fault)
    {
        tokenizer = null;
        fault = null;
        int count = 1 + draft.Vocabulary.Values.Concat(draft.Added.Select(static added => added.Token)).DefaultIfEmpty(-1).Max();
        var tokens = new ReadOnlyMemory<byte>[count];
        bool[] isTaken = new bool[count];
        HashSet<string> addedTexts = new(draft.Added.Select(static added => added.Text), StringComparer.Ordinal);
        foreach ((string text, int token) in draft.Vocabulary)
        {
            if (isTaken[token] || (!ByteSymbols.TryRead(text, out byte[]? bytes) & !addedTexts.Contains(text)))
            {
                fault = FormattableString.Invariant($"Expected different numbers, and texts of GPT-2's characters for bytes, got '{text}' with {token}.");
                return false;
            }

            isTaken[token] = true;
            tokens[token] = bytes;
        }

        foreach ((string text, int token, bool isSpecial) in draft.Added)
        {
            if (isTaken[token] && !(draft.Vocabulary.TryGetValue(text, out int same) && same == token))
            {
                fault = FormattableString.Invariant($"Expected added tokens with numbers of their own, got '{text}' with {token}.");
                return false;
            }

            isTaken[token] = true;
            tokens[token] = isSpecial ? ReadOnlyMemory<byte>.Empty : Encoding.UTF8.GetBytes(text);
        }

        int[] byBytes = [.. Enumerable.Range(0, 256).Select(value => draft.Vocabulary.GetValueOrDefault(ByteSymbols.Of((byte)value).ToString(), -1))];
        tokenizer = new BytePairTokenizer(draft, byBytes, new TokenVocabulary([.. tokens]));
        fault = tokenizer.AddMerges();
        tokenizer = fault is null ? tokenizer : null;
        return fault is null;
    }

    private string? AddMerges()
    {
        for (int rank = 0; rank < _draft.Merges.Count; rank++)
        {
            (string left, string right) = _draft.Merges[rank];
            if (!_symbols.TryGetValue(left, out int first) || !_symbols.TryGetValue(right, out int second) || !_symbols.TryGetValue(left + right, out int token)
                || !_merges.TryAdd((first, second), (rank, token)))
            {
                return $"Expected merges of tokens into a token, each once, got '{left}' and '{right}'.";
            }
        }

        return null;
    }

    private bool TryEncodePlain(ReadOnlySpan<char> text, PairMerger merger, List<int> encoded)
    {
        text = _draft.IsSplitBefore || text.IsEmpty ? text : Prefix(text);
        while (!text.IsEmpty)
        {
            int length = PieceScan.Next(_draft.Rule, text);
            ReadOnlySpan<char> piece = _draft.IsSplitBefore ? Prefix(text[..length]) : text[..length];
            if (!TryEncodePiece(Encoding.UTF8.GetBytes(piece.ToString()), merger, encoded))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    // A space, and no other white space, is what there is already.
    private ReadOnlySpan<char> Prefix(ReadOnlySpan<char> text) => _draft.AddsPrefixSpace && text[0] != ' ' ? string.Concat(" ", text) : text;

    private bool TryEncodePiece(ReadOnlySpan<byte> piece, PairMerger merger, List<int> encoded)
    {
        if (_draft.IgnoresMerges)
        {
            StringBuilder symbols = new(piece.Length);
            foreach (byte value in piece)
            {
                symbols.Append(ByteSymbols.Of(value));
            }

            // An added token is read on request only.
            if (_symbols.TryGetValue(symbols.ToString(), out int whole) && !_addedNumbers.Contains(whole))
            {
                encoded.Add(whole);
                return true;
            }
        }

        int[] tokens = new int[piece.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = _bytes[piece[i]];
            if (tokens[i] < 0)
            {
                return false;
            }
        }

        merger.Merge(tokens, encoded);
        return true;
    }
}
