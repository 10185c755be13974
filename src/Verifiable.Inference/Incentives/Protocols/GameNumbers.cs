using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>Exact numbers that several closed forms need, and the checks that all parameters go through.</summary>
internal static class GameNumbers
{
    public static Rational Power(Rational value, int exponent)
    {
        Rational result = Rational.One;
        for (int place = 0; place < exponent; place++)
        {
            result *= value;
        }

        return result;
    }

    public static BigInteger Choose(int from, int count)
    {
        if (count < 0 || count > from)
        {
            return BigInteger.Zero;
        }

        BigInteger result = BigInteger.One;
        for (int place = 1; place <= count; place++)
        {
            result = result * (from - count + place) / place;
        }

        return result;
    }

    /// <summary>The probability of exactly so many successes.</summary>
    public static Rational Binomial(int trials, int successes, Rational probability) =>
        (Rational)Choose(trials, successes) * Power(probability, successes) * Power(Rational.One - probability, trials - successes);

    public static IEnumerable<string> Faults(params IEnumerable<(string Name, Rational Value, bool IsProbability)> numbers)
    {
        foreach ((string name, Rational value, bool isProbability) in numbers)
        {
            if (value.Sign < 0 || (isProbability && value > Rational.One))
            {
                yield return isProbability ? $"{name} must be in [0, 1], got {value}." : $"{name} must be at least 0, got {value}.";
            }
        }
    }

    public static void ThrowIfAny(IEnumerable<string> faults)
    {
        string all = string.Join(' ', faults);
        if (all.Length > 0)
        {
            throw new InvalidOperationException(all);
        }
    }
}
