using Verifiable.Inference.Incentives.Dynamics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// The mass of a binomial law relative to that of its mode, in doubles with a stated error: enough to decide nearly every proposal. <see cref="FineBinomialMass"/> decides the rest.
/// </summary>
/// <remarks>
/// ln f(x) = ½ ln(n/(2πx(n − x))) + s(n) − s(x) − s(n − x) − np·φ((x − np)/np) − nq·φ((np − x)/nq) with φ(u) = (1 + u)ln(1 + u) − u and s the rest of Stirling's series (Loader, "Fast and accurate computation
/// of binomial probabilities", 2000): the terms are of one sign where they are large, and x − np is exact before it is rounded.
/// </remarks>
internal readonly struct BinomialMass
{
    // Of the logarithm: below 10⁻¹² where the mass is above e^(−60) of the mode's; where it is less, only the word 0 keeps a proposal before the fine form is asked.
    private const double Doubt = 1e-11;
    private const double TwoTo32 = 4294967296.0;
    private const double TwoTo64 = 18446744073709551616.0;

    private readonly long _trials;
    private readonly uint _probability;
    private readonly double _expected;
    private readonly double _expectedFailures;
    private readonly double _scale;

    public BinomialMass(long trials, uint probability)
    {
        _trials = trials;
        _probability = probability;
        _expected = trials * (probability / TwoTo32);
        _expectedFailures = trials * ((TwoTo32 - probability) / TwoTo32);
        Mode = (long)((UInt128)(trials + 1) * probability >> 32);
        AtMode = 0;
        _scale = 1;
        AtMode = Root(Mode) * StableFunctions.Exp(Logarithm(Mode));

        // A little less than 1/f(mode), so that no probability to keep is above 1; its rounding is part of the law's definition nowhere, because all proposals share it.
        _scale = (1 - 1e-9) / AtMode;
    }

    /// <summary>Gets the most probable number.</summary>
    public long Mode { get; }

    /// <summary>Gets its probability.</summary>
    public double AtMode { get; }

    /// <summary>Tells whether a proposal is kept: whether a uniform number is below f(x)·scale·2ᵇ.</summary>
    public bool IsKept(long successes, int block, ulong word, ref RandomWords words)
    {
        double kept = Probability(successes, block) * TwoTo64;
        return word < kept * (1 - Doubt)
            || (!(word > (kept * (1 + Doubt)) + 1) && FineBinomialMass.IsKept(_trials, _probability, successes, block, _scale, word, words.Next()));
    }

    internal double Probability(long successes, int block) => Root(successes) * _scale * (1L << block) * StableFunctions.Exp(Logarithm(successes));

    internal double Scale => _scale;

    private double Root(long successes)
    {
        double x = successes;
        double rest = _trials - successes;
        return x > 0 && rest > 0 ? Math.Sqrt(_trials / (2 * Math.PI * x * rest)) : 0;
    }

    private double Logarithm(long successes)
    {
        double difference = (double)(((Int128)successes << 32) - ((Int128)_trials * _probability)) / TwoTo32;
        return Stirling(_trials) - Stirling(successes) - Stirling(_trials - successes)
            - (_expected * Excess(difference / _expected)) - (_expectedFailures * Excess(-difference / _expectedFailures));
    }

    // φ(u): by its series Σ (−u)ʲ/(j(j − 1)) near 0, where the difference would cancel.
    private static double Excess(double u)
    {
        if (Math.Abs(u) >= 0.125)
        {
            return u <= -1 ? 1 : ((1 + u) * StableFunctions.Log(1 + u)) - u;
        }

        double power = u * u;
        double sum = 0;
        for (int j = 2; j < 40 && Math.Abs(power) > sum * 1e-18; j++)
        {
            sum += power / (j * (j - 1.0));
            power *= -u;
        }

        return sum;
    }

    private static double Stirling(double z)
    {
        if (z == 0)
        {
            return 0;
        }

        double inverse = 1 / z;
        double square = inverse * inverse;
        return inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square / 1680))))));
    }
}
