namespace Verifiable.Inference.Onnx.Generation;

/// <summary>The names that exporters give to what is kept from step to step: keys, values, or both in one tensor.</summary>
/// <param name="Past">The input's name up to the layer's number.</param>
/// <param name="Present">The output's name up to the layer's number.</param>
/// <param name="Suffix">Both names behind the number.</param>
/// <param name="BatchAxis">The axis of the sequences of a batch.</param>
internal sealed record CacheName(string Past, string Present, string Suffix, int BatchAxis)
{
    /// <summary>Gets the names in use: of Optimum and of PyTorch's exporter, of ONNX Runtime's GPT-2, and of its Llama.</summary>
    internal static CacheName[] All { get; } =
    [
        new("past_key_values.", "present.", ".key", 0),
        new("past_key_values.", "present.", ".value", 0),
        new("past_key_", "present_key_", string.Empty, 0),
        new("past_value_", "present_value_", string.Empty, 0),
        new("past_", "present_", string.Empty, 1),
    ];

    /// <summary>Gets the output's name for an input's; <see langword="null"/> where the input is another one.</summary>
    internal string? PresentOf(string input)
    {
        if (!input.StartsWith(Past, StringComparison.Ordinal) || !input.EndsWith(Suffix, StringComparison.Ordinal) || input.Length <= Past.Length + Suffix.Length)
        {
            return null;
        }

        string number = input[Past.Length..^Suffix.Length];
        return number.All(char.IsAsciiDigit) ? Present + number + Suffix : null;
    }
}
