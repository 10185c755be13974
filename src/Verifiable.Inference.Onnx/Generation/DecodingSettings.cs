using System.Collections.Immutable;
using System.Globalization;
using System.Text.Unicode;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>The names and the forms of decoding options as settings.</summary>
internal static class DecodingSettings
{
    internal const string MaxNewTokens = "max-new-tokens";
    internal const string Temperature = "temperature";
    internal const string TopK = "top-k";
    internal const string TopP = "top-p";
    internal const string MinP = "min-p";
    internal const string RepetitionPenalty = "repetition-penalty";
    internal const string StopTokens = "stop-tokens";
    internal const string StopText = "stop-text";

    /// <summary>Tells whether a text can stand in a setting.</summary>
    internal static bool IsText(string? text)
    {
        Span<byte> utf8 = stackalloc byte[DecodingOptions.MaxStopTextBytes];
        return !string.IsNullOrEmpty(text) && Utf8.FromUtf16(text, utf8, out _, out _, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>Names the setting of one text of a list.</summary>
    internal static string NameOf(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}.{index:D2}");

    /// <summary>Writes valid options.</summary>
    internal static ImmutableSortedDictionary<string, string> Write(DecodingOptions options)
    {
        ImmutableSortedDictionary<string, string>.Builder settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        DecodingOptions standard = DecodingOptions.Default;
        void Add(string name, double value, double missing)
        {
            if (value != missing)
            {
                settings.Add(name, value.ToString(CultureInfo.InvariantCulture));
            }
        }

        Add(MaxNewTokens, options.MaxNewTokens, standard.MaxNewTokens);
        Add(Temperature, options.Temperature, standard.Temperature);
        Add(TopK, options.TopK, standard.TopK);
        Add(TopP, options.TopP, standard.TopP);
        Add(MinP, options.MinP, standard.MinP);
        Add(RepetitionPenalty, options.RepetitionPenalty, standard.RepetitionPenalty);
        if (options.StopTokens.Length > 0)
        {
            settings.Add(StopTokens, string.Join(",", options.StopTokens.Select(static token => token.ToString(CultureInfo.InvariantCulture))));
        }

        for (int i = 0; i < options.StopTexts.Length; i++)
        {
            settings.Add(NameOf(StopText, i), options.StopTexts[i]);
        }

        return settings.ToImmutable();
    }
}
