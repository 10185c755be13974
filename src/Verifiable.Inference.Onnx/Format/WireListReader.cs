using System.Buffers.Binary;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Reads the elements of a <see cref="WireList"/> one after the other.</summary>
internal ref struct WireListReader
{
    private readonly ReadOnlySpan<byte> _file;
    private readonly List<WirePart> _records;
    private readonly WireList _list;
    private WireFields _fields;
    private int _record;
    private int _position;
    private int _end;

    /// <summary>Starts before the first element.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="records">Where the record stands, in one part or several.</param>
    /// <param name="list">The list.</param>
    public WireListReader(ReadOnlySpan<byte> file, List<WirePart> records, WireList list)
    {
        _file = file;
        _records = records;
        _list = list;
    }

    /// <summary>Goes to the next element.</summary>
    public bool Next(out ulong element)
    {
        while (_position == _end)
        {
            while (!_fields.Next())
            {
                if (_record == _records.Count)
                {
                    element = 0;
                    return false;
                }

                _fields = new WireFields(_file, _records[_record++]);
            }

            if (_fields.Tag >> WireType.TagBits != _list.Field)
            {
                continue;
            }

            uint type = _fields.Tag & 7;
            if (type == _list.ElementType)
            {
                element = _fields.Number;
                return true;
            }

            if (type == WireType.Bytes)
            {
                _position = _fields.Content.Start;
                _end = _position + _fields.Content.Length;
            }
        }

        element = ReadPacked();
        return true;
    }

    private ulong ReadPacked()
    {
        ulong element;
        switch (_list.ElementType)
        {
            case WireType.Fixed32:
                element = BinaryPrimitives.ReadUInt32LittleEndian(_file[_position..]);
                _position += sizeof(uint);
                return element;
            case WireType.Fixed64:
                element = BinaryPrimitives.ReadUInt64LittleEndian(_file[_position..]);
                _position += sizeof(ulong);
                return element;
            default:
                _ = WireScan.TryReadVarint(_file, ref _position, out element);
                return element;
        }
    }
}
