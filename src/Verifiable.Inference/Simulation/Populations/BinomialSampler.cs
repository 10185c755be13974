using System.Numerics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Draws from binomial distributions whose probability is a multiple of 2⁻³², exactly: the law is the binomial one to within 2⁻¹²⁰, and the same words give the same number on every machine.
/// </summary>
/// <remarks>
/// Every trial compares a number of 32 random bits with the probability, bit by bit from the highest: a trial is decided by the first bit that differs. So only the numbers of trials matter that have a 1 at
/// each place, and those are binomial with ½: half of what is undecided, about log₂ n of them in all. Binomials with ½ are sums of bits up to 2¹⁵ trials, and beyond that rejections from blocks of √n whose
/// weight halves (the scheme of Bringmann, Kuhn, Panagiotou, Peter and Thomas, "Internal DLA: efficient simulation of a physical growth model", ICALP 2014, with a bound of our own).
/// </remarks>
internal static class BinomialSampler
{
    /// <summary>The greatest number of trials, 2⁵².</summary>
    internal const long GreatestTrials = 1L << 52;

    private const int ProbabilityBits = 32;
    private const long FewTrials = 1L << 15;

    // The share of a tail beyond 40 blocks is below e^(−700).
    private const int MostBlocks = 40;

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

    /// <summary>Draws from the binomial distribution with probability ½.</summary>
    internal static long DrawHalf(long trials, ref RandomWords words)
    {
        if (trials > FewTrials)
        {
            return (trials & 1) == 0 ? DrawManyHalves(trials / 2, ref words) : DrawManyHalves(trials / 2, ref words) + (long)(words.Next() & 1);
        }

        long ones = 0;
        for (; trials >= 64; trials -= 64)
        {
            ones += BitOperations.PopCount(words.Next());
        }

        return trials == 0 ? ones : ones + BitOperations.PopCount(words.Next() << (64 - (int)trials));
    }

    // Of 2m trials. A distance i from m in block k = ⌊i/w⌋, w = ⌈√m⌉, is proposed in proportion to 2⁻ᵏ and kept with probability f(m ± i)·2ᵏ·1.46√m. That is at most 1: f(m) ≤ 1/√(πm), f(m ± i) ≤
    // f(m)·e^(−i²/(2m)) because Π (m − j + 1)/(m + j) ≤ e^(−Σ (2j − 1)/(m + i)), and 2ᵏ·e^(−k²/2) ≤ 1.2131 for whole k.
    private static long DrawManyHalves(long half, ref RandomWords words)
    {
        long width = CeilingRoot(half);
        while (true)
        {
            ulong word = words.Next();
            int block = BitOperations.TrailingZeroCount(word | (1UL << 62));
            bool isBelow = word >> 63 != 0;
            long distance = (block * width) + Uniform(width, ref words);
            if (block >= MostBlocks || distance > half || (distance == 0 && isBelow))
            {
                continue;
            }

            if (HalfBinomialTest.IsKept(half, distance, block, words.Next(), ref words))
            {
                return isBelow ? half - distance : half + distance;
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

    private static long CeilingRoot(long value)
    {
        long root = (long)Math.Sqrt(value);
        while (root * root < value)
        {
            root++;
        }

        return root;
    }
}
