using System.Text;
using System.Text.Json;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Generation;

namespace Verifiable.Inference.Onnx.Tests.Generation;

public sealed class BytePairTokenizerTests
{
    private static readonly BytePairTokenizer _trained = Read(Json(Merges("the quick brown fox; the other fox was there, and the the then", 40)));

    // The example of Wikipedia's page on byte-pair encoding with the numbers of A. Karpathy's minbpe (tests/test_tokenizer.py, test_wikipedia_example).
    [Fact]
    public void A_published_example_is_met()
    {
        BytePairTokenizer tokenizer = Read(Json([(97, 97), (256, 97), (257, 98)], rule: "whole"));
        Assert.True(tokenizer.TryEncode("aaabdaaabac", out int[]? tokens));
        Assert.Equal([258, 100, 258, 97, 99], tokens);
        Assert.Equal("aaabdaaabac", tokenizer.Decode(tokens));
    }

    // What the expressions give by a regular-expression engine that knows whole code points.
    [Theory]
    [InlineData("gpt2", "Hello world", "Hello| world")]
    [InlineData("gpt2", "I've don't WE'LL", "I|'ve| don|'t| WE|'|LL")]
    [InlineData("gpt2", "a  b   c\n\nd ", "a| | b|  | c|\n|\n|d| ")]
    [InlineData("gpt2", "x=12345;  ", "x|=|12345|;|  ")]
    [InlineData("gpt2", "na\u00efve \u4f60\u597d \u0661\u0662 \ud835\udd38b", "na\u00efve| \u4f60\u597d| \u0661\u0662| \ud835\udd38b")]
    [InlineData("gpt2", "wow\ud83d\ude00 \ud83d\ude00!", "wow|\ud83d\ude00| \ud83d\ude00!")]
    [InlineData("llama3", "WE'LL 12345", "WE|'LL| |123|45")]
    [InlineData("llama3", "a\n\n b", "a|\n\n| b")]
    [InlineData("llama3", "(foo) bar!!\n\nx", "(foo|)| bar|!!\n\n|x")]
    [InlineData("llama3", "  \n  x\ty", "  \n| | x|\ty")]
    [InlineData("qwen2", "12 3", "1|2| |3")]
    public void Texts_are_cut_where_the_published_expressions_cut_them(string rule, string text, string pieces)
    {
        PieceRule known = rule switch { "gpt2" => PieceRule.Gpt2, "llama3" => PieceRule.Llama3, _ => PieceRule.Qwen2 };
        Assert.Equal(pieces.Split('|'), Cut(known, text));
    }

    // The .NET engine knows code units only: texts without surrogate pairs.
    [Fact]
    public void Texts_are_cut_as_the_expression_itself_cuts_them()
    {
        const string Alphabet = "ab1 2\n\r\t'sSlLdDvVeEmMtTrR.,!\u00e9\u4f60\u0661\u00a0\u2003\u00bd_-";
        (PieceRule Rule, System.Text.RegularExpressions.Regex Expression)[] rules =
        [
            (PieceRule.Gpt2, new(PieceScan.Gpt2)), (PieceRule.Llama3, new(PieceScan.Llama3, System.Text.RegularExpressions.RegexOptions.CultureInvariant)),
            (PieceRule.Qwen2, new(PieceScan.Qwen2, System.Text.RegularExpressions.RegexOptions.CultureInvariant)),
        ];
        SeededWeights random = new(17);
        for (int i = 0; i < 6000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, 1 + random.Below(14)).Select(_ => Alphabet[random.Below(Alphabet.Length)]));
            foreach ((PieceRule rule, System.Text.RegularExpressions.Regex expression) in rules)
            {
                Assert.Equal(expression.Matches(text).Select(match => match.Value), Cut(rule, text));
            }
        }
    }

    [Fact]
    public void Every_text_comes_back()
    {
        SeededWeights random = new(23);
        for (int i = 0; i < 2000; i++)
        {
            StringBuilder text = new();
            for (int length = random.Below(40); length > 0; length--)
            {
                Rune rune = random.Below(3) switch { 0 => new Rune("the quickx\n "[random.Below(12)]), 1 => new Rune(random.Below(0xD800)), _ => new Rune(0x10000 + random.Below(0xFFFFF)) };
                text.Append(rune.ToString());
            }

            Assert.True(_trained.TryEncode(text.ToString(), out int[]? tokens));
            Assert.Equal(text.ToString(), _trained.Decode(tokens));
            TokenTextReader reader = new(_trained.Vocabulary);
            Assert.Equal(text.ToString(), string.Concat(tokens.Select(reader.Append)) + reader.Flush());
        }
    }

    [Fact]
    public void Any_bytes_come_back_and_merges_are_those_of_the_plain_rule()
    {
        SeededWeights random = new(29);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Below(60)).Select(_ => random.Below(4) == 0 ? (byte)random.Below(256) : (byte)"the rown"[random.Below(8)])];
            List<int> tokens = [];
            Assert.True(_trained.TryEncodePiece(bytes, tokens));
            Assert.Equal(bytes, tokens.SelectMany(token => _trained.Vocabulary[token].ToArray()));
            Assert.Equal(MergePlainly(bytes, Merges("the quick brown fox; the other fox was there, and the the then", 40)), tokens);
        }
    }

    [Fact]
    public void Long_pieces_take_no_time()
    {
        string text = string.Concat(Enumerable.Repeat("thethen", 60_000));
        Assert.True(_trained.TryEncode(text, out int[]? tokens));
        Assert.Equal(text, _trained.Decode(tokens));
    }

    [Fact]
    public void Characters_wait_for_their_last_byte()
    {
        TokenTextReader reader = new(_trained.Vocabulary);
        byte[] smile = Encoding.UTF8.GetBytes("\ud83d\ude00");
        Assert.Equal(["", "", "", "\ud83d\ude00"], smile.Select(value => reader.Append(value)));
        Assert.Equal("", reader.Append(smile[0]));
        Assert.Equal("\ufffda", reader.Append('a'));
        Assert.Equal("", reader.Append(smile[0]));
        Assert.Equal("\ufffd", reader.Flush());
    }

    [Fact]
    public void Added_tokens_are_read_on_request_only()
    {
        BytePairTokenizer tokenizer = Read(Json([], added: [("<|end|>", 300, true), ("<|end|>x", 301, false)]));
        Assert.True(tokenizer.TryEncode("a<|end|>b<|end|>x", out int[]? tokens, readsAddedTokens: true));
        Assert.Equal([97, 300, 98, 301], tokens);
        Assert.Equal("ab<|end|>x", tokenizer.Decode(tokens));
        Assert.True(tokenizer.TryEncode("<|end|>", out tokens));
        Assert.Equal(7, tokens.Length);
    }

    [Fact]
    public void A_vocabulary_of_characters_is_enough_for_their_texts()
    {
        string json = JsonSerializer.Serialize(new
        {
            model = new { type = "BPE", vocab = new Dictionary<string, int> { ["\u010a"] = 0, ["\u0120"] = 1, ["a"] = 2, ["b"] = 3 }, merges = Array.Empty<string>() },
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, use_regex = false },
        });
        BytePairTokenizer tokenizer = Read(json);
        Assert.True(tokenizer.TryEncode("ab a\n", out int[]? tokens));
        Assert.Equal([2, 3, 1, 2, 0], tokens);
        Assert.Equal("ab a\n", tokenizer.Decode(tokens));
        Assert.False(tokenizer.TryEncode("abc", out _));
    }

    [Fact]
    public void The_older_pair_of_files_says_the_same()
    {
        (int Left, int Right)[] merges = Merges("the quick brown fox; the other fox was there, and the the then", 40);
        (Dictionary<string, int> vocabulary, string[] texts) = Texts(merges);
        byte[] list = Encoding.UTF8.GetBytes("#version: 0.2\n" + string.Join('\n', texts) + "\n");
        Assert.True(BytePairTokenizer.TryRead(JsonSerializer.SerializeToUtf8Bytes(vocabulary), list, out BytePairTokenizer? tokenizer, out string? fault), fault);
        Assert.True(tokenizer.TryEncode("then the quick fox", out int[]? tokens));
        Assert.True(_trained.TryEncode("then the quick fox", out int[]? same));
        Assert.Equal(same, tokens);
        Assert.Equal(_trained.Vocabulary.Digest, tokenizer.Vocabulary.Digest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\"}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":1}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[],\"ignore_merges\":\"yes\"},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"model\":{\"vocab\":{\"a\":1},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"add_prefix_space\":true}}")]
    [InlineData("{\"model\":3}")]
    [InlineData("{\"model\":{\"type\":\"WordPiece\",\"vocab\":{},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0,\"a\":1},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":-1},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":1048576},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":1.5},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"\\u4f60\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"\\ud800\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a a\"]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"aa\"]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[[\"a\"]]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"\\ud800 a\"]},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"Whitespace\"}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"pre_tokenizer\":null}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"normalizer\":{\"type\":\"NFC\"},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"added_tokens\":[{\"content\":\"b\",\"id\":0}],\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"behavior\":\"Isolated\",\"pattern\":{\"Regex\":\"(a+)+$\"}},{\"type\":\"ByteLevel\",\"use_regex\":false}]}}")]
    public void Files_that_are_not_understood_are_refused(string json)
    {
        Assert.False(BytePairTokenizer.TryRead(Encoding.UTF8.GetBytes(json), out BytePairTokenizer? tokenizer, out string? fault));
        Assert.Null(tokenizer);
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void Broken_files_never_throw()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Json(Merges("the then then", 4), added: [("<e>", 400, true)], rule: "llama3"));
        SeededWeights random = new(31);
        for (int i = 0; i < 3000; i++)
        {
            byte[] broken = [.. whole];
            for (int change = random.Below(3); change >= 0; change--)
            {
                broken[random.Below(broken.Length)] = (byte)random.Below(256);
            }

            byte[] cut = random.Below(4) == 0 ? broken[..random.Below(broken.Length)] : broken;
            _ = BytePairTokenizer.TryRead(cut, out _, out _);
            _ = BytePairTokenizer.TryRead(cut, cut, out _, out _);
        }
    }

    // Of white space only a space counts, and after an added token a text begins anew.
    [Theory]
    [InlineData("a b", "| a| b")]
    [InlineData(" a", "| a")]
    [InlineData("\na", "| |\n|a")]
    [InlineData("a<e>b", "| a|<e>| b")]
    [InlineData("<e>", "|<e>")]
    public void A_space_goes_before_a_text_that_does_not_begin_with_one(string text, string pieces)
    {
        BytePairTokenizer tokenizer = Read(Json([(32, 97), (32, 98)], [("<e>", 300, false)], prefix: true));
        Assert.True(tokenizer.TryEncode(text, out int[]? tokens, readsAddedTokens: true));
        Assert.Equal(pieces, "|" + string.Join('|', tokens.Select(token => Encoding.UTF8.GetString(tokenizer.Vocabulary[token]))));
        tokenizer = Read(Json([(32, 97)], prefix: false));
        Assert.True(tokenizer.TryEncode("a", out tokens));
        Assert.Equal([97], tokens);
    }

    // The step that turns bytes into symbols adds it, to each piece that it is given.
    [Fact]
    public void A_space_goes_before_every_piece_of_a_text_that_is_cut_before()
    {
        BytePairTokenizer tokenizer = Read(Json([(32, 97)], rule: "llama3", prefix: true));
        Assert.True(tokenizer.TryEncode("a1 a", out int[]? tokens));
        Assert.Equal([256, 32, '1', 256], tokens);
    }

    [Fact]
    public void A_piece_that_is_a_token_is_taken_whole_where_merges_are_ignored()
    {
        // The merges give (a b) c, the vocabulary has abc and bc.
        (int Left, int Right)[] merges = [(97, 98), (256, 99), (98, 99), (97, 97)];
        BytePairTokenizer merging = Read(Json(merges));
        BytePairTokenizer ignoring = Read(Json(merges, [("aa", 259, false), ("<e>", 300, true)], ignores: true));
        foreach ((string text, int[] merged, int[] whole) in new (string, int[], int[])[] { ("abc", [257], [257]), ("bc", [258], [258]), ("abcd", [257, 100], [257, 100]), ("aa", [259], [259]) })
        {
            Assert.True(merging.TryEncode(text, out int[]? tokens));
            Assert.Equal(merged, tokens);
            Assert.True(ignoring.TryEncode(text, out tokens));
            Assert.Equal(whole, tokens);
        }

        // Merges that never meet: the whole is found by its text alone.
        BytePairTokenizer odd = Read(Json([(97, 98), (99, 100), (98, 99), (97, 258), (259, 100)], ignores: true));
        Assert.True(odd.TryEncode("abcd", out int[]? found));
        Assert.Equal([260], found);
        odd = Read(Json([(97, 98), (99, 100), (98, 99), (97, 258), (259, 100)]));
        Assert.True(odd.TryEncode("abcd", out found));
        Assert.Equal([256, 257], found);
    }

    // A stranger's text must not become a token that stands for the end of a turn.
    [Fact]
    public void An_added_token_in_the_vocabulary_is_read_on_request_only()
    {
        string json = JsonSerializer.Serialize(new
        {
            added_tokens = new[] { new { content = "<e>", id = 300, special = true } },
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, use_regex = false },
            model = new { type = "BPE", ignore_merges = true, vocab = Texts([]).Vocabulary.Append(KeyValuePair.Create("<e>", 300)).ToDictionary(), merges = Array.Empty<string>() },
        });
        Assert.True(Read(json).TryEncode("<e>", out int[]? tokens));
        Assert.Equal([60, 101, 62], tokens);
        Assert.True(Read(json).TryEncode("<e>", out tokens, readsAddedTokens: true));
        Assert.Equal([300], tokens);
    }

    [Fact]
    public void Texts_full_of_added_tokens_take_one_pass()
    {
        (string Text, int Token, bool IsSpecial)[] added = [.. Enumerable.Range(0, 300).Select(i => ($"<{i}>", 300 + i, true)), ("absent", 700, true)];
        BytePairTokenizer tokenizer = Read(Json([], added));
        const int Count = 100_000;
        Assert.True(tokenizer.TryEncode(string.Concat(Enumerable.Range(0, Count).Select(i => $"<{i % 300}>")), out int[]? tokens, readsAddedTokens: true));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => 300 + (i % 300)), tokens);
        Assert.True(tokenizer.TryEncode(string.Concat(Enumerable.Repeat("<29<", Count)), out tokens, readsAddedTokens: true));
        Assert.Equal(4 * Count, tokens.Length);
    }

    [Theory]
    [InlineData(1, 1025)]
    [InlineData(1100, 1000)]
    public void Added_tokens_have_a_limit(int count, int length)
    {
        (string Text, int Token, bool IsSpecial)[] added = [.. Enumerable.Range(0, count).Select(i => (i.ToString("D8", System.Globalization.CultureInfo.InvariantCulture) + new string('x', length - 8), 300 + i, true))];
        Assert.False(BytePairTokenizer.TryRead(Encoding.UTF8.GetBytes(Json([], added)), out _, out string? fault));
        Assert.Contains("added tokens", fault, StringComparison.Ordinal);
    }

    private static List<string> Cut(PieceRule rule, string text)
    {
        List<string> pieces = [];
        for (int at = 0; at < text.Length;)
        {
            int length = PieceScan.Next(rule, text.AsSpan(at));
            pieces.Add(text.Substring(at, length));
            at += length;
        }

        return pieces;
    }

    private static BytePairTokenizer Read(string json) => BytePairTokenizer.TryRead(Encoding.UTF8.GetBytes(json), out BytePairTokenizer? tokenizer, out string? fault) ? tokenizer : throw new InvalidOperationException(fault);

    // Byte b is token b; the i-th merge makes token 256 + i.
    private static (Dictionary<string, int> Vocabulary, string[] Merges) Texts((int Left, int Right)[] merges)
    {
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(value => ByteSymbols.Of((byte)value).ToString())];
        string[] lines = new string[merges.Length];
        for (int i = 0; i < merges.Length; i++)
        {
            lines[i] = $"{tokens[merges[i].Left]} {tokens[merges[i].Right]}";
            tokens.Add(tokens[merges[i].Left] + tokens[merges[i].Right]);
        }

        return (tokens.Select((text, i) => (text, i)).ToDictionary(pair => pair.text, pair => pair.i), lines);
    }

    private static string Json((int Left, int Right)[] merges, (string Text, int Token, bool IsSpecial)[]? added = null, string rule = "gpt2", bool prefix = false, bool ignores = false)
    {
        (Dictionary<string, int> vocabulary, string[] lines) = Texts(merges);
        object level = new { type = "ByteLevel", add_prefix_space = prefix, use_regex = rule == "gpt2" };
        object split = new { type = "Split", pattern = new { Regex = PieceScan.Llama3 }, behavior = "Isolated", invert = false };
        return JsonSerializer.Serialize(new
        {
            added_tokens = (added ?? []).Select(token => new { content = token.Text, id = token.Token, special = token.IsSpecial }),
            normalizer = (string?)null,
            pre_tokenizer = rule == "llama3" ? new { type = "Sequence", pretokenizers = new[] { split, level } } : level,
            model = new { type = "BPE", ignore_merges = ignores, vocab = vocabulary, merges = lines },
        });
    }

    // Trains by the plain rule: the most frequent pair, on ties the lowest.
    private static (int Left, int Right)[] Merges(string text, int count)
    {
        List<int> tokens = [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];
        List<(int, int)> merges = [];
        while (merges.Count < count)
        {
            (int Left, int Right) pair = tokens.Zip(tokens.Skip(1)).GroupBy(pair => pair).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
            merges.Add(pair);
            tokens = Replace(tokens, pair, 255 + merges.Count);
        }

        return [.. merges];
    }

    private static List<int> MergePlainly(byte[] bytes, (int Left, int Right)[] merges)
    {
        List<int> tokens = [.. bytes.Select(value => (int)value)];
        for (int rank = 0; rank < merges.Length; rank++)
        {
            tokens = Replace(tokens, merges[rank], 256 + rank);
        }

        return tokens;
    }

    private static List<int> Replace(List<int> tokens, (int Left, int Right) pair, int token)
    {
        List<int> replaced = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            bool isPair = i + 1 < tokens.Count && (tokens[i], tokens[i + 1]) == pair;
            replaced.Add(isPair ? token : tokens[i]);
            i += isPair ? 1 : 0;
        }

        return replaced;
    }
}
