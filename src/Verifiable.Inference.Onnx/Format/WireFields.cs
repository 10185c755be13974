using System.Buffers.Binary;
using System.Text;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Walks the fields of one record of a file that has passed <see cref="WireScan"/>; nothing is copied.</summary>
/// <remarks>Wire types: Protocol Buffers documentation, "Encoding".</remarks>
internal ref struct WireFields
{
    private readonly ReadOnlySpan<byte> _file;
    private readonly int _end;
    private int _position;

    /// <summary>Creates a walk.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="record">Where the record stands.</param>
    public WireFields(ReadOnlySpan<byte> file, WirePart record)
    {
        _file = file;
        _position = record.Start;
        _end = record.Start + record.Length;
    }

    /// <summary>The tag of the field: its number times eight and its wire type.</summary>
    public uint Tag;

    /// <summary>The number in the field, for wire types of numbers.</summary>
    public ulong Number;

    /// <summary>The bytes in the field, for the wire type of bytes.</summary>
    public WirePart Content;

    /// <summary>Gets the whole file.</summary>
    public readonly ReadOnlySpan<byte> File => _file;

    /// <summary>Goes to the next field.</summary>
    public bool Next()
    {
        if (_position >= _end)
        {
            return false;
        }

        _ = WireScan.TryReadVarint(_file, ref _position, out ulong tag);
        Tag = (uint)tag;
        switch (tag & 7)
        {
            case WireType.Varint:
                _ = WireScan.TryReadVarint(_file, ref _position, out Number);
                break;
            case WireType.Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_file[_position..]);
                _position += sizeof(ulong);
                break;
            case WireType.Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_file[_position..]);
                _position += sizeof(uint);
                break;
            default:
                _ = WireScan.TryReadVarint(_file, ref _position, out ulong length);
                Content = new WirePart(_position, (int)length);
                _position += (int)length;
                break;
        }

        return true;
    }

    /// <summary>Gets the fields of the record in the field.</summary>
    public readonly WireFields Inner() => new(_file, Content);

    /// <summary>Gets the text in the field.</summary>
    public readonly string Text() => Encoding.UTF8.GetString(_file.Slice(Content.Start, Content.Length));
}
