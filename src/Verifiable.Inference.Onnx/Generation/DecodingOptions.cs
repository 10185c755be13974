using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Verifiable.Inference.Claims;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// How tokens are chosen and when a generation ends: what <c>docs/reference/generation.md</c> defines. They travel as the settings of <see cref="GenerationOptions"/>, which
/// also hold the seed; one set of options has one form there. Immutable.
/// </summary>
public sealed record DecodingOptions
{
    /// <summary>The most stop tokens: 20.</summary>
    public const int MaxStopTokens = 20;

    /// <summary>The most stop texts: 16.</summary>
    public const int MaxStopTexts = 16;

    /// <summary>The most bytes of a stop text in UTF-8: 255.</summary>
    public const int MaxStopTextBytes = byte.MaxValue;

    /// <summary>The most new tokens: 2^20.</summary>
    public const int MostNewTokens = 1 << 20;

    /// <summary>Gets the default options: drawn at temperature 1 from all tokens, 128 of them.</summary>
    public static DecodingOptions Default { get; } = new();

    /// <summary>Gets the most new tokens, 1 to <see cref="MostNewTokens"/>. The default is 128.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Gets what logits are divided by: 0, for always the largest, or 0.001 to 1000. The default is 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Gets how many of the largest logits are kept; 0 for all. The default is 0.</summary>
    public int TopK { get; init; }

    /// <summary>Gets the share of probability that is kept, in (0, 1]. The default is 1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Gets the least probability that is kept, as a share of the largest, in [0, 1]. The default is 0.</summary>
    public double MinP { get; init; }

    /// <summary>Gets what positive logits of tokens that have been there are divided by, and others multiplied with: 0.001 to 1000. The default is 1.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Gets the tokens that end a generation, ascending, at most <see cref="MaxStopTokens"/>. The default is none.</summary>
    public ImmutableArray<int> StopTokens { get; init; } = [];

    /// <summary>Gets the texts that end a generation where they appear in what was written, at most <see cref="MaxStopTexts"/>, in ordinal order. The default is none.</summary>
    public ImmutableArray<string> StopTexts { get; init; } = [];

    /// <summary>Reads options from settings that may come from a stranger.</summary>
    /// <param name="settings">The seed and the settings.</param>
    /// <param name="options">The options.</param>
    /// <param name="fault">Everything that is wrong with the settings.</param>
    public static bool TryRead(GenerationOptions settings, [NotNullWhen(true)] out DecodingOptions? options, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(settings);
        SettingsReader reader = new(settings.Settings);
        options = new DecodingOptions
        {
            MaxNewTokens = reader.Integer(DecodingSettings.MaxNewTokens, Default.MaxNewTokens),
            Temperature = reader.Number(DecodingSettings.Temperature, Default.Temperature),
            TopK = reader.Integer(DecodingSettings.TopK, Default.TopK),
            TopP = reader.Number(DecodingSettings.TopP, Default.TopP),
            MinP = reader.Number(DecodingSettings.MinP, Default.MinP),
            RepetitionPenalty = reader.Number(DecodingSettings.RepetitionPenalty, Default.RepetitionPenalty),
            StopTokens = reader.Integers(DecodingSettings.StopTokens),
            StopTexts = reader.Texts(DecodingSettings.StopText, MaxStopTexts),
        };
        string[] faults = [.. reader.Faults(), .. options.Validate()];
        fault = faults.Length == 0 ? null : string.Join(" ", faults);
        options = fault is null ? options : null;
        return fault is null;
    }

    /// <summary>Gets the settings of these options with a seed; what has its default is left out.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every fault.</exception>
    public GenerationOptions ToGenerationOptions(ulong seed)
    {
        string[] faults = [.. Validate()];
        return faults.Length == 0 ? new GenerationOptions(seed, DecodingSettings.Write(this)) : throw new ArgumentException(string.Join(" ", faults));
    }

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxNewTokens is < 1 or > MostNewTokens)
        {
            yield return Say(nameof(MaxNewTokens), $"in [1, {MostNewTokens}]", MaxNewTokens);
        }

        if (!(Temperature is 0 or (>= 0.001 and <= 1000)) || double.IsNegative(Temperature))
        {
            yield return Say(nameof(Temperature), "0 or in [0.001, 1000]", Temperature);
        }

        if (TopK < 0)
        {
            yield return Say(nameof(TopK), "0 or more", TopK);
        }

        if (!(TopP is > 0 and <= 1))
        {
            yield return Say(nameof(TopP), "in (0, 1]", TopP);
        }

        if (!(MinP is >= 0 and <= 1) || double.IsNegative(MinP))
        {
            yield return Say(nameof(MinP), "in [0, 1]", MinP);
        }

        if (!(RepetitionPenalty is >= 0.001 and <= 1000))
        {
            yield return Say(nameof(RepetitionPenalty), "in [0.001, 1000]", RepetitionPenalty);
        }

        if (StopTokens.IsDefault || StopTokens.Length > MaxStopTokens || StopTokens.Any(static token => token < 0) || !IsAscending(StopTokens, Comparer<int>.Default))
        {
            yield return $"{nameof(StopTokens)} must be at most {MaxStopTokens} different tokens of 0 or more, ascending, got [{(StopTokens.IsDefault ? "default" : string.Join(", ", StopTokens))}].";
        }

        if (StopTexts.IsDefault || StopTexts.Length > MaxStopTexts || !StopTexts.All(DecodingSettings.IsText) || !IsAscending(StopTexts, StringComparer.Ordinal))
        {
            yield return $"{nameof(StopTexts)} must be at most {MaxStopTexts} different well-formed texts of 1 to {MaxStopTextBytes} bytes in UTF-8, in ordinal order, got {(StopTexts.IsDefault ? "default" : StopTexts.Length.ToString(CultureInfo.InvariantCulture))}.";
        }
    }

    private static string Say(string name, string expected, double got) => string.Create(CultureInfo.InvariantCulture, $"{name} must be {expected}, got {got}.");

    private static bool IsAscending<T>(ImmutableArray<T> items, IComparer<T> order)
    {
        for (int i = 1; i < items.Length; i++)
        {
            if (order.Compare(items[i - 1], items[i]) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
