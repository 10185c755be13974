using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>An equation of Einsum: letters of the operands and of the output; a dot stands for three, the axes that are not named. Immutable and thread-safe.</summary>
/// <param name="Operands">The letters of each operand.</param>
/// <param name="Output">The letters of the output.</param>
internal sealed record EinsumEquation(string[] Operands, string Output)
{
    /// <summary>Reads an equation; without an output these are the letters that occur once, in the order of their characters, after the axes that are not named.</summary>
    internal static bool TryParse(string text, [NotNullWhen(true)] out EinsumEquation? equation)
    {
        equation = null;
        if (text.Contains('\u2026', StringComparison.Ordinal))
        {
            // It stands for the three dots below, and is none of them in a file.
            return false;
        }

        string plain = text.Replace(" ", "", StringComparison.Ordinal).Replace("...", "\u2026", StringComparison.Ordinal);
        int arrow = plain.IndexOf("->", StringComparison.Ordinal);
        if (plain.Any(letter => !char.IsAsciiLetter(letter) && letter is not ('\u2026' or ',' or '-' or '>')))
        {
            // What follows takes time by the number of different letters, of which there are few then.
            return false;
        }

        string[] operands = (arrow < 0 ? plain : plain[..arrow]).Split(',');
        string all = string.Concat(operands);
        string output = arrow >= 0 ? plain[(arrow + 2)..] : string.Concat(all.Distinct().Where(letter => letter == '\u2026' || all.Count(other => other == letter) == 1).OrderBy(letter => letter == '\u2026' ? '\0' : letter));
        bool isValid = operands.Append(output).All(term => term.All(letter => char.IsAsciiLetter(letter) || letter == '\u2026') && term.Count(letter => letter == '\u2026') <= 1)
            && output.Distinct().Count() == output.Length && output.All(letter => all.Contains(letter)) && (output.Contains('\u2026') || !all.Contains('\u2026'));
        equation = isValid ? new EinsumEquation(operands, output) : null;
        return isValid;
    }
}
