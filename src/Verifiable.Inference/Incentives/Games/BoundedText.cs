using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>Reads text of unknown length: never more than the limit is held, whatever the stream gives.</summary>
internal static class BoundedText
{
    private const int BlockBytes = 64 << 10;

    internal static bool TryRead(Stream stream, GameReadLimits limits, [NotNullWhen(true)] out string? text, out GameRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(stream);
        text = null;
        Decoder decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        StringBuilder builder = new();
        byte[] bytes = new byte[BlockBytes];
        char[] characters = new char[BlockBytes + 2];
        try
        {
            int count;
            do
            {
                count = stream.Read(bytes);
                int written = decoder.GetChars(bytes, 0, count, characters, 0, flush: count == 0);
                if (builder.Length + written > limits.Characters)
                {
                    refusal = new GameRefusal(GameRefusalKind.TextTooLongOrBroken, builder.Length, $"Expected at most {limits.Characters} characters, got more.");
                    return false;
                }

                _ = builder.Append(characters, 0, written);
            }
            while (count > 0);
        }
        catch (DecoderFallbackException)
        {
            refusal = new GameRefusal(GameRefusalKind.TextTooLongOrBroken, builder.Length, "Expected UTF-8, got other bytes.");
            return false;
        }

        text = builder.ToString();
        if (text.StartsWith('\uFEFF'))
        {
            text = text[1..];
        }

        refusal = default;
        return true;
    }
}
