using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Chooses the next token: a function of the logits, the tokens so far, the position, the seed and the options, with no hidden state. The reference is
/// <c>docs/reference/generation.md</c>, part 2; sources: E. Gumbel, "Statistical Theory of Extreme Values and Some Practical Applications", 1954 (the largest of logit + noise is a
/// draw of the softmax); A. Holtzman and others, "The Curious Case of Neural Text Degeneration", ICLR 2020 (top-p); N. Keskar and others, "CTRL", 2019, equation 2 (the penalty).
/// </summary>
/// <remarks><see cref="Element"/> is the definition, plain and slow, for whoever checks a step; <see cref="Choose"/> gives the same token faster. Thread-safe.</remarks>
public static class TokenSampler
{
    /// <summary>Chooses a token by the definition.</summary>
    /// <param name="logits">One logit a token, at least one.</param>
    /// <param name="history">The tokens so far, prompt included; the penalty falls on those below the number of logits.</param>
    /// <param name="position">The number of tokens before the one that is chosen.</param>
    /// <param name="seed">The request's seed.</param>
    /// <param name="options">Valid options.</param>
    /// <exception cref="ArgumentException">There are no logits, or the options are not valid.</exception>
    public static int Element(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, uint position, ulong seed, DecodingOptions options)
    {
        Check(logits, options);
        double[] scores = new double[logits.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = double.IsNaN(logits[i]) ? double.NegativeInfinity : logits[i];
        }

        foreach (int token in history.ToArray().Distinct().Where(token => token >= 0 && token < scores.Length))
        {
            scores[token] = Penalize(scores[token], options.RepetitionPenalty);
        }

        if (options.Temperature != 0)
        {
            scores = [.. scores.Select(score => score / options.Temperature)];
        }

        double largest = scores.Max();
        if (options.Temperature == 0 || double.IsInfinity(largest))
        {
            return Array.IndexOf(scores, largest);
        }

        // The order of candidates: larger scores first, on ties lower tokens.
        int[] kept = [.. Enumerable.Range(0, scores.Length).Where(i => !double.IsNegativeInfinity(scores[i])).OrderByDescending(i => scores[i]).ThenBy(i => i)];
        kept = options.TopK > 0 ? [.. kept.Take(options.TopK)] : kept;
        double Weight(int token) => CanonicalMath.Exp(scores[token] - largest);
        if (options.TopP < 1)
        {
            double total = 0;
            foreach (int token in kept.Order())
            {
                total += Weight(token);
            }

            double sum = 0;
            int count = 0;
            while (count < kept.Length && sum < options.TopP * total)
            {
                sum += Weight(kept[count++]);
            }

            kept = kept[..count];
        }

        kept = options.MinP > 0 ? [.. kept.Where(token => Weight(token) >= options.MinP)] : kept;
        CounterRandom random = new(seed);
        int best = -1;
        double bestScore = double.NegativeInfinity;
        foreach (int token in kept.Order())
        {
            double score = scores[token] + CounterRandom.Gumbel(WordOf(random, token, position));
            if (score > bestScore)
            {
                (best, bestScore) = (token, score);
            }
        }

        return best;
    }

    /// <summary>Chooses the token that <see cref="Element"/> chooses.</summary>
    /// <inheritdoc cref="Element"/>
    public static int Choose(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, uint position, ulong seed, DecodingOptions options)
    {
        Check(logits, options);
        return new SamplerRun(logits, history, options).Choose(new CounterRandom(seed), position);
    }

    /// <summary>Gets the word of the counter that a token's noise comes from.</summary>
    internal static uint WordOf(CounterRandom random, int token, uint position)
    {
        (uint a, uint b, uint c, uint d) = random.Words((uint)token / 4, position, 0, CounterRandom.SamplerDomain);
        return (token % 4) switch { 0 => a, 1 => b, 2 => c, _ => d };
    }

    /// <summary>Lowers the score of a token that has been there (raises it, by a penalty below 1).</summary>
    internal static double Penalize(double score, double penalty) => score > 0 ? score / penalty : score * penalty;

    private static void Check(ReadOnlySpan<float> logits, DecodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (logits.IsEmpty)
        {
            throw new ArgumentException("Expected at least one logit, got none.", nameof(logits));
        }

        string[] faults = [.. options.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }
    }
}
