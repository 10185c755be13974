using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Verifiable.Inference.Commitments;

/// <summary>
/// Writes the canonical encoding: fixed-size little-endian integers, length-prefixed bytes and text, one way to write each value.
/// Not thread-safe; dispose it to give its buffer back. Nothing is allocated but the result.
/// </summary>
/// <remarks>An encoding begins with its domain label, so that the bytes of one kind of artifact are never those of another.</remarks>
public ref struct CanonicalWriter : IDisposable
{
    private Span<byte> _buffer;
    private byte[]? _rented;
    private int _position;

    /// <summary>Creates a writer that starts in the caller's buffer, usually <c>stackalloc</c>ed, and moves to a pooled one when that is full.</summary>
    public CanonicalWriter(Span<byte> initialBuffer)
    {
        _buffer = initialBuffer;
    }

    /// <summary>Gets the bytes written so far; valid until the next write.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._position];

    /// <summary>Writes a domain label: its length as one byte, then ASCII.</summary>
    /// <exception cref="ArgumentException">The label is empty, longer than 255 bytes, or not ASCII.</exception>
    public void WriteDomain(string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        Span<byte> span = label.Length <= byte.MaxValue ? Reserve(1 + label.Length) : default;
        if (span.IsEmpty || Ascii.FromUtf16(label, span[1..], out _) != OperationStatus.Done)
        {
            _position -= span.Length;
            throw new ArgumentException($"Expected at most 255 ASCII characters, got '{label}'.", nameof(label));
        }

        span[0] = (byte)label.Length;
    }

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value) => Reserve(1)[0] = value;

    /// <summary>Writes 1 for true, 0 for false.</summary>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes two bytes, little-endian.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(sizeof(ushort)), value);

    /// <summary>Writes four bytes, little-endian.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);

    /// <summary>Writes eight bytes, little-endian.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);

    /// <summary>Writes eight bytes, little-endian, two's complement.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);

    /// <summary>Writes the eight bytes of a double; every NaN becomes the one quiet NaN 7FF8000000000000.</summary>
    public void WriteDouble(double value) => WriteUInt64(double.IsNaN(value) ? 0x7FF8_0000_0000_0000UL : BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes the 32 bytes of a digest.</summary>
    public void WriteDigest(Digest value) => value.CopyTo(Reserve(Digest.Size));

    /// <summary>Writes bytes without a length: for fields whose size the reader knows.</summary>
    public void WriteFixed(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Writes the number of bytes (four bytes) and the bytes.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        WriteUInt32((uint)bytes.Length);
        WriteFixed(bytes);
    }

    /// <summary>Writes the number of bytes (one byte) and the bytes: for short fields such as keys and signatures.</summary>
    /// <exception cref="ArgumentException">There are more than 255 bytes.</exception>
    public void WriteShortBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > byte.MaxValue)
        {
            throw new ArgumentException($"Expected at most 255 bytes, got {bytes.Length}.", nameof(bytes));
        }

        WriteByte((byte)bytes.Length);
        WriteFixed(bytes);
    }

    /// <summary>Writes text as UTF-8 with its number of bytes (one byte).</summary>
    /// <exception cref="ArgumentException">The text takes more than 255 bytes or is not well-formed UTF-16.</exception>
    public void WriteText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        if (text.Length <= byte.MaxValue)
        {
            // Nearly all texts are ASCII.
            Span<byte> ascii = Reserve(1 + text.Length);
            if (Ascii.FromUtf16(text, ascii[1..], out _) == OperationStatus.Done)
            {
                ascii[0] = (byte)text.Length;
                return;
            }

            _position -= ascii.Length;
        }

        // A UTF-16 code unit takes at most three bytes.
        Span<byte> span = Reserve(1 + Math.Min(byte.MaxValue, 3 * Math.Min(text.Length, byte.MaxValue)));
        if (System.Text.Unicode.Utf8.FromUtf16(text, span[1..], out _, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            _position -= span.Length;
            throw new ArgumentException($"Expected well-formed text of at most 255 bytes in UTF-8, got {text.Length} characters.", nameof(text));
        }

        span[0] = (byte)written;
        _position -= span.Length - 1 - written;
    }

    /// <summary>Writes the number of items (two bytes) and each item.</summary>
    /// <exception cref="ArgumentException">There are more than 65535 items.</exception>
    public void WriteList<T>(ImmutableArray<T> items)
        where T : ICanonical<T>
    {
        items = items.IsDefault ? [] : items;
        if (items.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"Expected at most {ushort.MaxValue} items, got {items.Length}.", nameof(items));
        }

        WriteUInt16((ushort)items.Length);
        foreach (T item in items)
        {
            item.WriteTo(ref this);
        }
    }

    /// <summary>Gets the encoding in a new array.</summary>
    public readonly byte[] ToArray() => Written.ToArray();

    /// <summary>Gets the SHA-256 digest of the encoding.</summary>
    public readonly Digest ToDigest() => Digest.Of(Written);

    /// <summary>Gives the pooled buffer back, if there is one.</summary>
    public void Dispose()
    {
        if (_rented is not null)
        {
            // What was encoded may be an audit secret.
            ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
        }

        this = default;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _position < count)
        {
            Grow(count);
        }

        Span<byte> span = _buffer.Slice(_position, count);
        _position += count;
        return span;
    }

    private void Grow(int count)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Max((long)_position + count, Math.Min(2L * _buffer.Length, Array.MaxLength)));
        Written.CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
        }

        _rented = larger;
        _buffer = larger;
    }
}
