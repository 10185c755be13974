using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Generation;

namespace Verifiable.Inference.Onnx.Tests.Generation;

public sealed class TokenSamplerTests
{
    private static readonly DecodingOptions _plain = DecodingOptions.Default;

    // Logits and seed from this project's notes on reproducible sampling, computed there by another program.
    [Fact]
    public void A_published_vector_is_met()
    {
        Assert.Equal(0, TokenSampler.Element([1f, 0.5f, 0f, -0.5f], [], 0, 0x0123456789abcdef, _plain));
        Assert.Equal(2.9378139920659057, CounterRandom.Gumbel(TokenSampler.WordOf(new CounterRandom(0x0123456789abcdef), 0, 0)), 12);
    }

    [Fact]
    public void The_fast_form_chooses_what_the_definition_chooses()
    {
        SeededWeights random = new(11);
        int differed = 0;
        for (int i = 0; i < 4000; i++)
        {
            int count = 1 + random.Below(i % 4 == 0 ? 300 : 12);
            float[] logits = [.. Enumerable.Range(0, count).Select(_ => Logit(random, i))];
            int[] history = [.. Enumerable.Range(0, random.Below(6)).Select(_ => random.Below(count + 2))];
            DecodingOptions options = Options(random, count);
            uint position = (uint)random.Below(1000);
            ulong seed = random.Next();
            int token = TokenSampler.Element(logits, history, position, seed, options);
            Assert.Equal(token, TokenSampler.Choose(logits, history, position, seed, options));
            differed += token != TokenSampler.Element(logits, history, position + 1, seed, options) ? 1 : 0;
        }

        Assert.InRange(differed, 800, 3500);
    }

    [Fact]
    public void At_temperature_0_the_lowest_of_the_largest_is_chosen()
    {
        DecodingOptions greedy = _plain with { Temperature = 0 };
        Assert.Equal(1, TokenSampler.Element([-1f, 2f, 2f, float.NaN], [], 3, 9, greedy));
        Assert.Equal(1, TokenSampler.Element([-0f, 0.5f], [], 3, 9, greedy));
        Assert.Equal(0, TokenSampler.Element([-0f, 0f], [], 3, 9, greedy));
        Assert.Equal(0, TokenSampler.Element([float.NaN, float.NaN], [], 3, 9, greedy));
        Assert.Equal(2, TokenSampler.Element([1f, 2f, float.PositiveInfinity, float.PositiveInfinity], [], 3, 9, _plain));
    }

    [Fact]
    public void The_penalty_falls_once_on_every_token_of_the_history()
    {
        DecodingOptions penal = _plain with { Temperature = 0, RepetitionPenalty = 2 };
        Assert.Equal(1, TokenSampler.Element([3f, 2f, -1f], [0, 0], 0, 1, penal));
        Assert.Equal(0, TokenSampler.Element([5f, 2f, -1f], [0, 0, 0], 0, 1, penal));
        Assert.Equal(1, TokenSampler.Element([-1f, -1.5f], [0], 0, 1, penal));
        Assert.Equal(0, TokenSampler.Element([-0.5f, -1.5f], [0, 7, -1], 0, 1, penal));
    }

    // Every seed draws among the same few; which ones remain is seen from many seeds.
    [Theory]
    [InlineData(2, 1, 0, "0 2")]
    [InlineData(3, 1, 0, "0 1 2")]
    [InlineData(0, 0.4, 0, "0 2")]
    [InlineData(0, 0.3, 0, "0")]
    [InlineData(0, 0.62, 0, "0 1 2")]
    [InlineData(0, 1, 0.9, "0 2")]
    [InlineData(0, 1, 0.1, "0 1 2 3")]
    [InlineData(1, 0.9, 0.5, "0")]
    public void Filters_keep_the_most_likely_tokens_and_on_ties_the_lower_ones(int topK, double topP, double minP, string kept)
    {
        // Probabilities 0.3, 0.2, 0.3, 0.2; the first ties with the third.
        float[] logits = [.. new[] { 0.3f, 0.2f, 0.3f, 0.2f }.Select(share => MathF.Log(share))];
        DecodingOptions options = _plain with { TopK = topK, TopP = topP, MinP = minP };
        SortedSet<int> drawn = [.. Enumerable.Range(0, 400).Select(i => TokenSampler.Element(logits, [], 1, (ulong)i, options))];
        Assert.Equal(kept, string.Join(' ', drawn));
    }

    // Limits that are met exactly: a share of candidates that all weigh the same, and the weight of the largest itself.
    [Fact]
    public void A_limit_that_is_met_exactly_is_met()
    {
        foreach (int count in (int[])[2, 4, 8, 16])
        {
            float[] logits = [.. Enumerable.Repeat(0.5f, count)];
            foreach ((DecodingOptions options, int kept) in new[]
            {
                (_plain with { TopP = 0.5 }, count / 2), (_plain with { TopP = 1.0 / count }, 1), (_plain with { MinP = 1 }, count), (_plain with { TopP = 0.5, MinP = 1 }, count / 2),
                (_plain with { TopK = count - 1, TopP = 1 }, count - 1),
            })
            {
                SortedSet<int> drawn = [];
                for (ulong seed = 0; seed < 400; seed++)
                {
                    int token = TokenSampler.Element(logits, [], 1, seed, options);
                    Assert.Equal(token, TokenSampler.Choose(logits, [], 1, seed, options));
                    drawn.Add(token);
                }

                Assert.Equal(Enumerable.Range(0, kept), drawn);
            }
        }
    }

    // 20 000 draws; a share is off by more than 0.015 with a probability below 1e-4.
    [Fact]
    public void Draws_have_the_probabilities_of_the_softmax()
    {
        float[] logits = [1f, 0f, -1f, 0.5f];
        double[] weights = [.. logits.Select(logit => Math.Exp(logit / 0.7))];
        int[] counts = new int[4];
        for (uint position = 0; position < 20_000; position++)
        {
            counts[TokenSampler.Choose(logits, [], position, 77, _plain with { Temperature = 0.7 })]++;
        }

        for (int i = 0; i < counts.Length; i++)
        {
            Assert.Equal(weights[i] / weights.Sum(), counts[i] / 20_000.0, 0.015);
        }
    }

    [Fact]
    public void Noise_is_never_above_what_the_fast_form_expects_of_its_word()
    {
        SeededWeights random = new(3);
        for (int i = 0; i < 20_000; i++)
        {
            int ones = random.Below(33);
            uint some = (uint)(random.Next() >> 32);
            uint word = ones == 32 ? uint.MaxValue : (some >> ones) | ~(uint.MaxValue >> ones);
            Assert.True(CounterRandom.Gumbel(word) <= (System.Numerics.BitOperations.LeadingZeroCount(~word) + 1) * 0.69314719, $"{word:x8}");
        }
    }

    [Fact]
    public void Nothing_to_choose_from_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => TokenSampler.Choose([], [], 0, 0, _plain));
        Assert.Throws<ArgumentException>(() => TokenSampler.Choose([1f], [], 0, 0, _plain with { TopP = 0 }));
    }

    private static float Logit(SeededWeights random, int i) => random.Below(40) switch
    {
        0 => float.NaN,
        1 => float.NegativeInfinity,
        2 when i % 50 == 0 => float.PositiveInfinity,
        < 12 => random.Below(4) / 2f,
        _ => ((random.Next() >> 40) / (float)(1 << 24) * 20) - 10,
    };

    private static DecodingOptions Options(SeededWeights random, int count) => new()
    {
        Temperature = random.Below(8) switch { 0 => 0, 1 => 0.001, 2 => 1000, var tenths => tenths / 4.0 },
        TopK = random.Below(2) == 0 ? 0 : random.Below(count + 2),
        TopP = random.Below(2) == 0 ? 1 : (1 + random.Below(1000)) / 1000.0,
        MinP = random.Below(3) > 0 ? 0 : random.Below(1001) / 1000.0,
        RepetitionPenalty = random.Below(2) == 0 ? 1 : 0.5 + (random.Below(30) / 10.0),
    };
}
