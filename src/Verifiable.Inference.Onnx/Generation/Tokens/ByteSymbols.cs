using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>The printable characters that byte-level vocabularies write for bytes: GPT-2's table (A. Radford and others, "Language Models are Unsupervised Multitask Learners",
/// 2019; function <c>bytes_to_unicode</c> of its published encoder). Thread-safe.</summary>
internal static class ByteSymbols
{
    private static readonly char[] _symbols = Make();
    private static readonly Dictionary<char, byte> _bytes = Enumerable.Range(0, 256).ToDictionary(static value => _symbols[value], static value => (byte)value);

    /// <summary>Gets the character that stands for a byte.</summary>
    internal static char Of(byte value) => _symbols[value];

    /// <summary>Reads the bytes of a text of such characters.</summary>
    internal static bool TryRead(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[text.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (!_bytes.TryGetValue(text[i], out bytes[i]))
            {
                bytes = null;
                return false;
            }
        }

        return true;
    }

    // Bytes that Latin-1 prints keep their character; the others take those from 256 on, in ascending order.
    private static char[] Make()
    {
        char[] symbols = new char[256];
        int others = 0;
        for (int value = 0; value < symbols.Length; value++)
        {
            symbols[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)value : (char)(256 + others++);
        }

        return symbols;
    }
}
