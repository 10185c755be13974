using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>What advice must be safe against. Immutable.</summary>
public sealed record AdviceOptions
{
    /// <summary>The greatest number of parameters that may be uncertain at once: 16, hence 65,536 corners.</summary>
    public const int GreatestRangeCount = 16;

    /// <summary>Gets the safety margin σ: what speaks for a condition must exceed what speaks against it, and (1 + σ) times that. For an audit probability this is
    /// (1 + σ) times the threshold. The default is 0.</summary>
    public Rational SafetyMargin { get; init; }

    /// <summary>Gets the intervals of uncertain parameters, by symbol: conditions must hold everywhere in the box. The default is none: all values are known.</summary>
    public ImmutableSortedDictionary<string, AdviceRange> Ranges { get; init; } = ImmutableSortedDictionary.Create<string, AdviceRange>(StringComparer.Ordinal);

    /// <summary>Gets the unit of the advised value; <see langword="null"/> (default) for 1 of an amount and a millionth of a probability.</summary>
    public Rational? Unit { get; init; }

    /// <summary>Adds an uncertain parameter.</summary>
    /// <param name="symbol">Its symbol.</param>
    /// <param name="least">The lower end.</param>
    /// <param name="greatest">The upper end.</param>
    public AdviceOptions With(string symbol, Rational least, Rational greatest) => With(symbol, new AdviceRange(least, greatest));

    /// <summary>Adds an uncertain parameter.</summary>
    /// <param name="symbol">Its symbol.</param>
    /// <param name="range">The interval.</param>
    public AdviceOptions With(string symbol, AdviceRange range) => this with { Ranges = Ranges.SetItem(symbol, range) };

    internal void ThrowIfInvalid(AdviceModel model)
    {
        if (SafetyMargin.Sign < 0 || Unit?.Sign <= 0 || Ranges.Count > GreatestRangeCount)
        {
            throw new ArgumentException($"Expected a safety margin of at least 0, a unit above 0 and at most {GreatestRangeCount} ranges, got {SafetyMargin}, {Unit} and {Ranges.Count}.");
        }

        foreach ((string symbol, AdviceRange range) in Ranges)
        {
            if (range.Least.Sign < 0 || range.Least > range.Greatest || range.Greatest > model[symbol].Greatest)
            {
                throw new ArgumentException($"Expected an interval of {symbol} inside [0, {model[symbol].Greatest}], got [{range.Least}, {range.Greatest}].");
            }
        }
    }
}
