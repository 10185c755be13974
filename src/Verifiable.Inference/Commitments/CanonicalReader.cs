using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Verifiable.Inference.Commitments;

/// <summary>
/// Reads the canonical encoding from bytes that may be hostile. It never throws and never allocates more than the bytes at hand can fill. The first fault
/// sticks: every later read returns <c>default</c>, and <see cref="Failed"/> stays true, so that a reader of an artifact checks once, at the end.
/// </summary>
public ref struct CanonicalReader
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private const int ShortList = 16;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Creates a reader over the bytes of one encoding.</summary>
    public CanonicalReader(ReadOnlySpan<byte> bytes)
    {
        _rest = bytes;
    }

    /// <summary>Gets a value indicating whether a read went wrong; then nothing that was read may be used.</summary>
    public bool Failed { get; private set; }

    /// <summary>Gets the number of bytes that are left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Gets a value indicating whether every read went well and all bytes are used up: an encoding has no tail.</summary>
    public readonly bool AtEnd => !Failed && _rest.IsEmpty;

    /// <summary>Marks the encoding as bad: for rules that the caller checks.</summary>
    public void Fail()
    {
        Failed = true;
        _rest = default;
    }

    /// <summary>Reads a domain label and fails unless it is the expected one.</summary>
    public void ReadDomain(string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        ReadOnlySpan<byte> bytes = ReadFixed(ReadByte());
        if (!Ascii.Equals(bytes, label))
        {
            Fail();
        }
    }

    /// <summary>Reads one byte.</summary>
    public byte ReadByte()
    {
        ReadOnlySpan<byte> bytes = ReadFixed(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    /// <summary>Reads a byte and fails unless it is 0 or 1.</summary>
    public bool ReadBoolean()
    {
        byte value = ReadByte();
        if (value > 1)
        {
            Fail();
        }

        return value == 1;
    }

    /// <summary>Reads two bytes, little-endian.</summary>
    public ushort ReadUInt16()
    {
        ReadOnlySpan<byte> bytes = ReadFixed(sizeof(ushort));
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    /// <summary>Reads four bytes, little-endian.</summary>
    public uint ReadUInt32()
    {
        ReadOnlySpan<byte> bytes = ReadFixed(sizeof(uint));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>Reads eight bytes, little-endian.</summary>
    public ulong ReadUInt64()
    {
        ReadOnlySpan<byte> bytes = ReadFixed(sizeof(ulong));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Reads eight bytes, little-endian, two's complement.</summary>
    public long ReadInt64() => unchecked((long)ReadUInt64());

    /// <summary>Reads a double and fails on a NaN other than the canonical one.</summary>
    public double ReadDouble()
    {
        ulong bits = ReadUInt64();
        double value = BitConverter.UInt64BitsToDouble(bits);
        if (double.IsNaN(value) && bits != 0x7FF8_0000_0000_0000UL)
        {
            Fail();
        }

        return value;
    }

    /// <summary>Reads 32 bytes as a digest.</summary>
    public Digest ReadDigest()
    {
        ReadOnlySpan<byte> bytes = ReadFixed(Digest.Size);
        return bytes.IsEmpty ? default : new Digest(bytes);
    }

    /// <summary>Reads a known number of bytes; empty when they are not there.</summary>
    public ReadOnlySpan<byte> ReadFixed(int count)
    {
        if (Failed || count < 0 || count > _rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>Reads a length of four bytes and that many bytes; fails when the length is above the limit or above what is there.</summary>
    public ReadOnlySpan<byte> ReadBytes(int limit)
    {
        uint length = ReadUInt32();
        if (length > (uint)limit)
        {
            Fail();
            return default;
        }

        return ReadFixed((int)length);
    }

    /// <summary>Reads a length of one byte and that many bytes.</summary>
    public ReadOnlySpan<byte> ReadShortBytes() => ReadFixed(ReadByte());

    /// <summary>Reads text; fails when it is not well-formed UTF-8. Returns the empty string on failure.</summary>
    public string ReadText()
    {
        ReadOnlySpan<byte> bytes = ReadShortBytes();
        if (bytes.Length is > 0 and <= RecentTexts.LongestBytes)
        {
            ref string? place = ref RecentTexts.PlaceOf(bytes);
            if (place is not null && Ascii.Equals(bytes, place))
            {
                return place;
            }

            if (Ascii.IsValid(bytes))
            {
                return place = Encoding.ASCII.GetString(bytes);
            }
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            Fail();
            return string.Empty;
        }

        return _strictUtf8.GetString(bytes);
    }

    /// <summary>Reads a number of items (two bytes) and the items; fails when there are more than the limit, or more than bytes are left.</summary>
    public ImmutableArray<T> ReadList<T>(int limit)
        where T : ICanonical<T>
    {
        int count = ReadUInt16();
        if (Failed || count > limit || count > _rest.Length)
        {
            Fail();
            return [];
        }

        // Most lists are short. A long one grows with what is read, not with what it says.
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>(Math.Min(count, ShortList));
        for (int i = 0; i < count; i++)
        {
            if (!T.TryRead(ref this, out T? item))
            {
                Fail();
                return [];
            }

            items.Add(item);
        }

        return items.DrainToImmutable();
    }

    /// <summary>Reads an item of another kind; fails when it cannot be read. Returns <c>default</c> on failure.</summary>
    [return: MaybeNull]
    public T Read<T>()
        where T : ICanonical<T>
    {
        if (!Failed && T.TryRead(ref this, out T? item) && !Failed)
        {
            return item;
        }

        Fail();
        return default;
    }
}
