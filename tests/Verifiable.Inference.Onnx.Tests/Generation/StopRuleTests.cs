using System.Text;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Generation;

namespace Verifiable.Inference.Onnx.Tests.Generation;

public sealed class StopRuleTests
{
    private static readonly TokenVocabulary _letters = Vocabulary("a", "b", "ab", "", "ba\u00fc");

    [Theory]
    [InlineData("1 3", "", StopReason.StopToken)]
    [InlineData("3 1", "", StopReason.None)]
    [InlineData("0 1", "ab", StopReason.StopText)]
    [InlineData("0 3 3 1", "ab", StopReason.StopText)]
    [InlineData("2", "b", StopReason.StopText)]
    [InlineData("4", "\u00fc", StopReason.StopText)]
    [InlineData("0 0", "ab", StopReason.None)]
    [InlineData("0 0 0 0 0", "b", StopReason.MaxNewTokens)]
    public void A_generation_ends_by_the_first_rule_that_holds(string tokens, string text, StopReason expected)
    {
        DecodingOptions options = new() { StopTokens = [3], StopTexts = text.Length > 0 ? [text] : [], MaxNewTokens = 5 };
        int[] all = [.. tokens.Split(' ').Select(int.Parse)];
        Assert.Equal(expected, StopRule.Decide(all, 4, options, _letters, 100));
    }

    [Fact]
    public void The_context_ends_a_generation_last()
    {
        DecodingOptions options = new() { MaxNewTokens = 5 };
        Assert.Equal(StopReason.ContextLimit, StopRule.Decide([0, 0], 4, options, null, 6));
        Assert.Equal(StopReason.None, StopRule.Decide([0, 0], 4, options, null, 7));
        Assert.Equal(StopReason.MaxNewTokens, StopRule.Decide([0, 0, 0, 0, 0], 4, options, null, 9));
        Assert.Throws<ArgumentException>(() => StopRule.Decide([0], 1, options with { StopTexts = ["a"] }, null, 9));
    }

    // As many tokens as a text may have bytes, and tokens without bytes between them.
    [Fact]
    public void The_longest_stop_text_is_found_token_by_token()
    {
        foreach (int length in (int[])[2, 3, 4, 254, 255])
        {
            DecodingOptions options = new() { StopTexts = ["b" + new string('a', length - 1)], MaxNewTokens = 2000 };
            List<int> tokens = [0, 0, 1];
            for (int i = 1; i < length; i++)
            {
                Assert.Equal(StopReason.None, StopRule.Decide([.. tokens], 4, options, _letters, 4000));
                tokens.AddRange([3, 3, 0]);
            }

            Assert.Equal(StopReason.StopText, StopRule.Decide([.. tokens], 4, options, _letters, 4000));
        }
    }

    // The rule looks at the end of the text only; the definition at all of it.
    [Fact]
    public void Step_by_step_a_text_ends_where_it_first_holds_a_stop_text()
    {
        SeededWeights random = new(5);
        DecodingOptions options = new() { StopTexts = ["abba", "bbb", "\u00fca"], MaxNewTokens = 1000 };
        for (int round = 0; round < 300; round++)
        {
            List<int> tokens = [];
            byte[] all = [];
            do
            {
                tokens.Add(random.Below(5));
                all = [.. all, .. _letters[tokens[^1]]];
                StopReason expected = options.StopTexts.Any(text => all.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0) ? StopReason.StopText : StopReason.None;
                Assert.Equal(expected, StopRule.Decide(tokens.ToArray(), 1, options, _letters, 10_000));
                if (expected == StopReason.StopText)
                {
                    string text = Encoding.UTF8.GetString(StopRule.TextOf(tokens.ToArray(), options, _letters));
                    Assert.DoesNotContain(options.StopTexts, stop => text.Contains(stop, StringComparison.Ordinal));
                    break;
                }
            }
            while (tokens.Count < 200);
        }
    }

    private static TokenVocabulary Vocabulary(params string[] tokens) => new([.. tokens.Select(token => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(token))]);
}
