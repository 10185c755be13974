using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>One number of a strategy's economics, and what is known of how the conditions depend on it. Immutable.</summary>
/// <param name="Symbol">The symbol of the reference pages, for example <c>S</c>: by it a parameter is named in requests for advice.</param>
/// <param name="Name">The name in a sentence, for example <c>slash</c>.</param>
/// <param name="Kind">What it measures.</param>
/// <param name="Value">The value that is examined.</param>
/// <param name="Degree">The greatest power in which any condition's slack contains the parameter while all others are held; 1 for most.</param>
/// <param name="IsMonotone">Whether every condition's slack is, while all others are held, monotone in the parameter over the whole range of its kind: then
/// the worst value of an interval is one of its ends. Whatever has degree 1 is.</param>
/// <param name="IsChosen">Whether the designer chooses it, as a slash, or finds it, as a cost.</param>
public sealed record AdviceParameter(string Symbol, string Name, AdviceParameterKind Kind, Rational Value, int Degree = 1, bool IsMonotone = true, bool IsChosen = false)
{
    internal Rational Greatest => Kind == AdviceParameterKind.Probability ? Rational.One : (Rational)SamplingEconomics.GreatestAmount;

    internal Rational DefaultUnit => Kind == AdviceParameterKind.Probability ? new Rational(1, 1_000_000) : Rational.One;

    internal static int IndexOf(ImmutableArray<AdviceParameter> parameters, string symbol)
    {
        for (int index = 0; index < parameters.Length; index++)
        {
            if (string.Equals(parameters[index].Symbol, symbol, StringComparison.Ordinal))
            {
                return index;
            }
        }

        throw new ArgumentException($"Expected one of the parameters {string.Join(", ", parameters.Select(parameter => parameter.Symbol))}, got '{symbol}'.", nameof(symbol));
    }
}
