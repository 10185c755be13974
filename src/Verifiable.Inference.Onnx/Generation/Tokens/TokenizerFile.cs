using System.Text;
using System.Text.Json;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Reads tokenizer files, which may be a stranger's: whatever is not understood is refused, never guessed.</summary>
internal static class TokenizerFile
{
    internal const int MaxFileBytes = 64 << 20;
    internal const int MaxTokens = 1 << 20;
    internal const int MaxMerges = 1 << 21;

    // Of the texts of all added tokens, and of one.
    internal const int MaxAddedCharacters = 1 << 20;
    internal const int MaxAddedLength = 1 << 10;

    /// <summary>Reads <c>tokenizer.json</c>; says what is wrong with it.</summary>
    internal static string? Read(ReadOnlyMemory<byte> json, TokenizerDraft draft) => Parse(json, root => ReadTokenizer(root, draft));

    /// <summary>Reads <c>vocab.json</c> and <c>merges.txt</c>; says what is wrong with them.</summary>
    internal static string? Read(ReadOnlyMemory<byte> vocabulary, ReadOnlyMemory<byte> merges, TokenizerDraft draft) =>
        Parse(vocabulary, root => ReadVocabulary(root, draft)) ?? ReadMerges(merges, draft);

    private static string? Parse(ReadOnlyMemory<byte> json, Func<JsonElement, string?> read)
    {
        if (json.Length > MaxFileBytes)
        {
            return FormattableString.Invariant($"Expected a file of at most {MaxFileBytes} bytes, got {json.Length}.");
        }

        try
        {
            // A file that says a thing twice says nothing that every reader takes alike.
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Text with half a surrogate pair is found when it is read only, and is no JsonException.
            return $"Expected a tokenizer in JSON, got: {exception.Message}";
        }
    }

    private static string? ReadTokenizer(JsonElement root, TokenizerDraft draft)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model", out JsonElement model) || model.ValueKind != JsonValueKind.Object)
        {
            return "Expected an object with a 'model', got none.";
        }

        if (TextOf(model, "type") is not (null or "BPE") || IsSet(model, "unk_token") || IsSet(model, "continuing_subword_prefix") || IsSet(model, "end_of_word_suffix")
            || IsSet(model, "byte_fallback") || IsSet(model, "dropout") || IsSet(root, "normalizer"))
        {
            return "Expected a byte-level BPE without unknown token, affixes, byte fallback, dropout and normaliser.";
        }

        if (!TryReadFlag(model, "ignore_merges", false, out bool ignoresMerges))
        {
            return "Expected 'ignore_merges' to be true or false.";
        }

        draft.IgnoresMerges = ignoresMerges;
        return !model.TryGetProperty("vocab", out JsonElement vocabulary) || !model.TryGetProperty("merges", out JsonElement merges)
            ? "Expected 'vocab' and 'merges' in the model."
            : ReadVocabulary(vocabulary, draft) ?? ReadMerges(merges, draft) ?? ReadAdded(root, draft)
                ?? (root.TryGetProperty("pre_tokenizer", out JsonElement rule) ? ReadRule(rule, draft) : "Expected a 'pre_tokenizer'.");
    }

    private static string? ReadVocabulary(JsonElement vocabulary, TokenizerDraft draft)
    {
        if (vocabulary.ValueKind != JsonValueKind.Object)
        {
            return "Expected a vocabulary as an object.";
        }

        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int token) || token is < 0 or >= MaxTokens || !draft.Vocabulary.TryAdd(entry.Name, token))
            {
                return FormattableString.Invariant($"Expected different texts with numbers of 0 or more and below {MaxTokens}, got '{entry.Name}' with {entry.Value}.");
            }
        }

        return null;
    }

    private static string? ReadMerges(JsonElement merges, TokenizerDraft draft)
    {
        if (merges.ValueKind != JsonValueKind.Array || merges.GetArrayLength() > MaxMerges)
        {
            return FormattableString.Invariant($"Expected a list of at most {MaxMerges} merges.");
        }

        foreach (JsonElement merge in merges.EnumerateArray())
        {
            string? fault = merge.ValueKind switch
            {
                JsonValueKind.String => AddMerge(merge.GetString()!, draft),
                JsonValueKind.Array when merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String =>
                    AddMerge(merge[0].GetString()!, merge[1].GetString()!, draft),
                _ => "Expected merges of two texts.",
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? ReadMerges(ReadOnlyMemory<byte> merges, TokenizerDraft draft)
    {
        if (merges.Length > MaxFileBytes || !System.Text.Unicode.Utf8.IsValid(merges.Span))
        {
            return FormattableString.Invariant($"Expected merges in UTF-8 of at most {MaxFileBytes} bytes, got {merges.Length} bytes.");
        }

        using StringReader reader = new(Encoding.UTF8.GetString(merges.Span));
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            // The first line states a version.
            bool isComment = draft.Merges.Count == 0 && line.StartsWith("#version", StringComparison.Ordinal);
            if (!isComment && line.Length > 0 && AddMerge(line, draft) is { } fault)
            {
                return fault;
            }
        }

        return draft.Merges.Count <= MaxMerges ? null : FormattableString.Invariant($"Expected at most {MaxMerges} merges, got {draft.Merges.Count}.");
    }

    private static string? AddMerge(string line, TokenizerDraft draft)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 ? AddMerge(line[..space], line[(space + 1)..], draft) : $"Expected a merge of two texts, got '{line}'.";
    }

    private static string? AddMerge(string left, string right, TokenizerDraft draft)
    {
        draft.Merges.Add((left, right));
        return null;
    }

    private static string? ReadAdded(JsonElement root, TokenizerDraft draft)
    {
        if (!root.TryGetProperty("added_tokens", out JsonElement added) || added.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (added.ValueKind != JsonValueKind.Array)
        {
            return "Expected 'added_tokens' as a list.";
        }

        long characters = 0;
        foreach (JsonElement entry in added.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || TextOf(entry, "content") is not { Length: > 0 } text || !entry.TryGetProperty("id", out JsonElement id)
                || id.ValueKind != JsonValueKind.Number || !id.TryGetInt32(out int token) || token is < 0 or >= MaxTokens)
            {
                return "Expected added tokens with 'content' and 'id'.";
            }

            characters += Math.Min(text.Length, MaxAddedCharacters);
            if (text.Length > MaxAddedLength || characters > MaxAddedCharacters)
            {
                return FormattableString.Invariant($"Expected added tokens of at most {MaxAddedLength} characters each and {MaxAddedCharacters} together, got more.");
            }

            draft.Added.Add((text, token, IsSet(entry, "special")));
        }

        return null;
    }

    private static string? ReadRule(JsonElement rule, TokenizerDraft draft)
    {
        const string Expected = "Expected a pre-tokenizer that is ByteLevel, or a split by a known expression and ByteLevel.";
        if (rule.ValueKind != JsonValueKind.Object)
        {
            return Expected;
        }

        JsonElement last = rule;
        PieceRule split = PieceRule.None;
        if (TextOf(rule, "type") == "Sequence")
        {
            if (!rule.TryGetProperty("pretokenizers", out JsonElement parts) || parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() != 2 || !IsKnownSplit(parts[0], out split))
            {
                return Expected;
            }

            last = parts[1];
        }

        if (last.ValueKind != JsonValueKind.Object || TextOf(last, "type") != "ByteLevel")
        {
            return Expected;
        }

        // Without the first of them no published reader takes the file; the second one is true where it is absent.
        if (!TryReadFlag(last, "add_prefix_space", null, out bool addsPrefixSpace) || !TryReadFlag(last, "use_regex", true, out bool usesRegex))
        {
            return "Expected 'add_prefix_space', and 'use_regex' where it is there, to be true or false.";
        }

        draft.AddsPrefixSpace = addsPrefixSpace;
        draft.IsSplitBefore = split != PieceRule.None;
        draft.Rule = split != PieceRule.None ? split : usesRegex ? PieceRule.Gpt2 : PieceRule.Whole;
        return split != PieceRule.None && usesRegex ? Expected : null;
    }

    private static bool IsKnownSplit(JsonElement split, out PieceRule rule)
    {
        rule = PieceRule.None;
        if (split.ValueKind != JsonValueKind.Object || TextOf(split, "type") != "Split" || TextOf(split, "behavior") != "Isolated" || IsSet(split, "invert")
            || !split.TryGetProperty("pattern", out JsonElement pattern) || pattern.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        rule = PieceScan.RuleOf(TextOf(pattern, "Regex") ?? string.Empty);
        return rule != PieceRule.None;
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool TryReadFlag(JsonElement element, string name, bool? absent, out bool value)
    {
        bool isThere = element.TryGetProperty(name, out JsonElement flag);
        value = isThere ? flag.ValueKind == JsonValueKind.True : absent ?? false;
        return isThere ? flag.ValueKind is JsonValueKind.True or JsonValueKind.False : absent is not null;
    }

    // Set: there, and neither null, false nor empty.
    private static bool IsSet(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && !(value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);
}
