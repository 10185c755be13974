using System.Text;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Turns tokens into text while they come: bytes wait until their character is complete. Used by one thread.</summary>
public sealed class TokenTextReader
{
    private readonly TokenVocabulary _vocabulary;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Creates a reader of an empty text.</summary>
    public TokenTextReader(TokenVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        _vocabulary = vocabulary;
    }

    /// <summary>Adds a token.</summary>
    /// <returns>The characters that are complete now; bytes that cannot become one are U+FFFD.</returns>
    public string Append(int token) => Read(_vocabulary[token], flush: false);

    /// <summary>Ends the text.</summary>
    /// <returns>U+FFFD for a character that did not become complete, else nothing.</returns>
    public string Flush() => Read([], flush: true);

    private string Read(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[_decoder.GetCharCount(bytes, flush)];
        int count = _decoder.GetChars(bytes, characters, flush);
        return new string(characters, 0, count);
    }
}
