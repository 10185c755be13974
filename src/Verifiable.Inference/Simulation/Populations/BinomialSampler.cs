using System.Numerics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Draws from binomial distributions whose probability is a multiple of 2⁻³², exactly: the law is the binomial one to within 2⁻¹²⁰, and the same words give the same number on every machine.
/// </summary>
/// <remarks>
/// Where few successes are expected, every trial compares a number of 32 random bits with the probability, bit by bit from the highest: a trial is decided by the first bit that differs. So only the numbers of
/// trials matter that have a 1 at each place, and those are binomial with ½, of what is undecided. Binomials with ½ are sums of bits up to 2¹³ trials. Where many are expected, distances from the mode are
/// proposed in blocks whose weight halves and kept with the right probability (rejection as in Bringmann, Kuhn, Panagiotou, Peter and Thomas, "Internal DLA: efficient simulation of a physical growth model",
/// ICALP 2014, from the bound f(mode ± i) ≤ f(mode)·min(1, e^(1 − f(mode)·i)) that holds for every log-concave law, Devroye, Computing 39, 1987).
/// </remarks>
internal static class BinomialSampler
{
    /// <summary>The greatest number of trials, 2⁵².</summary>
    internal const long GreatestTrials = 1L << 52;

    private const int ProbabilityBits = 32;
    private const long FewTrials = 1L << 13;

    /// <summary>The least expected number of successes, and of failures, from which distances are proposed.</summary>
    internal const long ManySuccesses = 1L << 12;

    // Beyond 12 blocks, 50 standard deviations of 45 or more, there is less than e^(−300) (Bernstein).
    private const int MostBlocks = 12;

    /// <summary>Draws the number of successes.</summary>
    /// <param name="trials">The number of trials, 0 to <see cref="GreatestTrials"/>.</param>
    /// <param name="probability">The probability times 2³², 0 to 2³².</param>
    /// <param name="words">Where randomness comes from.</param>
    internal static long Draw(long trials, ulong probability, ref RandomWords words)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trials, GreatestTrials);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1UL << ProbabilityBits);
        if (probability >> ProbabilityBits != 0)
        {
            return trials;
        }

        if (probability > 1UL << (ProbabilityBits - 1))
        {
            return trials - Draw(trials, (1UL << ProbabilityBits) - probability, ref words);
        }

        return (UInt128)trials * probability >> ProbabilityBits >= ManySuccesses ? DrawMany(trials, (uint)probability, ref words) : DrawFew(trials, probability, ref words);
    }

    private static long DrawFew(long trials, ulong probability, ref RandomWords words)
    {
        long successes = 0;
        long undecided = trials;
        ulong rest = probability << (64 - ProbabilityBits);
        while (undecided > 0 && rest != 0)
        {
            long withOne = DrawHalf(undecided, ref words);
            if (rest >> 63 != 0)
            {
                successes += undecided - withOne;
                undecided = withOne;
            }
            else
            {
                undecided -= withOne;
            }

            rest <<= 1;
        }

        return successes;
    }

    private static long DrawHalf(long trials, ref RandomWords words)
    {
        if (trials > FewTrials)
        {
            return DrawMany(trials, 1U << (ProbabilityBits - 1), ref words);
        }

        long ones = 0;
        for (; trials >= 64; trials -= 64)
        {
            ones += BitOperations.PopCount(words.Next());
        }

        return trials == 0 ? ones : ones + BitOperations.PopCount(words.Next() << (64 - (int)trials));
    }

    // A distance i in block b = ⌊i/w⌋, w ≥ 1.7/f(mode), is proposed in proportion to 2⁻ᵇ and kept with probability f(mode ± i)/f(mode)·2ᵇ, which is at most 1 because 2ᵇ·e^(1 − 1.7b) is.
    private static long DrawMany(long trials, uint probability, ref RandomWords words)
    {
        BinomialMass mass = new(trials, probability);
        long width = (long)Math.Ceiling(1.701 / mass.AtMode);
        while (true)
        {
            ulong word = words.Next();
            int block = BitOperations.TrailingZeroCount(word | (1UL << 62));
            bool isBelow = word >> 63 != 0;
            long distance = (block * width) + Uniform(width, ref words);
            long successes = isBelow ? mass.Mode - distance : mass.Mode + distance;
            if (block >= MostBlocks || successes < 0 || successes > trials || (distance == 0 && isBelow))
            {
                continue;
            }

            if (mass.IsKept(successes, block, words.Next(), ref words))
            {
                return successes;
            }
        }
    }

    // Lemire's method (ACM Transactions on Modeling and Computer Simulation 29, 2019): without bias.
    private static long Uniform(long count, ref RandomWords words)
    {
        ulong range = (ulong)count;
        ulong high = Math.BigMul(words.Next(), range, out ulong low);
        if (low < range)
        {
            ulong surplus = unchecked(0UL - range) % range;
            while (low < surplus)
            {
                high = Math.BigMul(words.Next(), range, out low);
            }
        }

        return (long)high;
    }
}
