using System.Security.Cryptography;
using System.Text;

namespace Verifiable.Inference.Keys.Storage;

/// <summary>A password as bytes of UTF-8, erased when it is disposed.</summary>
internal readonly ref struct Password : IDisposable
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _bytes;

    /// <summary>Copies a password.</summary>
    /// <exception cref="ArgumentException">The text is not well-formed.</exception>
    public Password(ReadOnlySpan<char> text)
    {
        try
        {
            // Not moved by the garbage collector, which would leave a copy behind.
            _bytes = GC.AllocateUninitializedArray<byte>(_strict.GetByteCount(text), pinned: true);
            _ = _strict.GetBytes(text, _bytes);
        }
        catch (EncoderFallbackException)
        {
            // That exception names the character and its place, and so a part of the password.
            throw new ArgumentException("Expected a password without halves of surrogate pairs.", nameof(text));
        }
    }

    /// <summary>Gets the bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
