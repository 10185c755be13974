using System.Globalization;

namespace Verifiable.Inference.Samples.Shakespeare;

/// <summary>What the command line asks for.</summary>
/// <param name="Seed">The seed of every draw of a token.</param>
/// <param name="Length">The number of characters to write.</param>
/// <param name="Prompt">What they follow.</param>
internal sealed record Arguments(ulong Seed, int Length, string Prompt)
{
    /// <summary>Reads the command line; <see langword="null"/> where it cannot be understood.</summary>
    public static Arguments? Parse(string[] words)
    {
        Arguments arguments = new(7, 200, "KING RICHARD:\n");
        for (int i = 0; i < words.Length; i += 2)
        {
            string value = i + 1 < words.Length ? words[i + 1] : string.Empty;
            Arguments? next = words[i] switch
            {
                "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) => arguments with { Seed = seed },
                "--length" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length is >= 1 and <= 200 => arguments with { Length = length },
                "--prompt" when value.Length is >= 1 and <= 40 => arguments with { Prompt = value },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            arguments = next;
        }

        return arguments;
    }
}
