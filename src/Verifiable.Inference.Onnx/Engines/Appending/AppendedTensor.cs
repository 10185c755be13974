using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// A tensor of binary32 [batch, heads, tokens, size] that grows from run to run, kept in memory with room for more tokens: new rows are written beside the old ones, which stay where they are. Used
/// by one run at a time.
/// </summary>
internal sealed class AppendedTensor
{
    // Where there is no room, memory for a quarter more is taken, and for as many tokens at least.
    private const int LeastRoom = 64;

    // Lines of a length that is no power of two: the lines of one column do not meet in one set of the cache.
    private const int Line = 16;

    private readonly bool _isTransposed;
    private readonly long _batch;
    private readonly long _heads;
    private readonly int _size;
    private float[] _elements = [];
    private int _room;

    /// <summary>Takes over a tensor.</summary>
    /// <param name="value">Its rows so far.</param>
    /// <param name="isTransposed">Whether it is kept as [batch, heads, size, tokens], for products with its transpose.</param>
    internal AppendedTensor(TensorValue value, bool isTransposed)
    {
        _isTransposed = isTransposed;
        (_batch, _heads, _size) = (value.Shape[0], value.Shape[1], (int)value.Shape[3]);
        Write(value, 0);
    }

    /// <summary>Gets the number of tokens.</summary>
    internal int Count { get; private set; }

    private int Outer => (int)(_batch * _heads);

    /// <summary>Gets the matrices for a product: [tokens, size], or [size, tokens] where they are kept that way.</summary>
    internal StridedMatrices Matrices =>
        _isTransposed ? new StridedMatrices(Memory, _size * _room, _room) : new StridedMatrices(Memory, _size * _room, _size);

    private Memory<byte> Memory => new ElementMemory(_elements).Memory;

    /// <summary>Computes the bytes that a tensor of so many tokens is kept in, with its room.</summary>
    internal static Int128 BytesOf(TensorValue value, int tokens) => (Int128)value.Shape[0] * value.Shape[1] * value.Shape[3] * RoomOf(tokens) * sizeof(float);

    /// <summary>Tells whether rows are what stands behind the first tokens, of this type and shape.</summary>
    internal bool Takes(TensorValue rows, int first, int count) => first == Count && rows.Type == ElementType.Float32 && rows.Shape == new TensorShape(_batch, _heads, count - first, _size);

    /// <summary>Tells whether a tensor can be kept so.</summary>
    internal static bool Fits(TensorValue value) => value.Type == ElementType.Float32 && value.Shape.Rank == 4 && value.Length > 0;

    /// <summary>Writes rows behind the first tokens; what was behind them is gone.</summary>
    internal void Write(TensorValue rows, int first)
    {
        int added = (int)rows.Shape[2];
        Require(first + added);
        ReadOnlySpan<float> source = rows.AsSpan<float>();
        for (int matrix = 0; matrix < Outer; matrix++)
        {
            ReadOnlySpan<float> from = source.Slice(matrix * added * _size, added * _size);
            Span<float> to = _elements.AsSpan(matrix * _size * _room, _size * _room);
            if (!_isTransposed)
            {
                from.CopyTo(to[(first * _size)..]);
                continue;
            }

            for (int column = 0; column < _size; column++)
            {
                Span<float> line = to.Slice((column * _room) + first, added);
                for (int token = 0; token < added; token++)
                {
                    line[token] = from[(token * _size) + column];
                }
            }
        }

        Count = first + added;
    }

    /// <summary>Copies the rows from one token on.</summary>
    internal TensorValue Rows(int first)
    {
        int count = Count - first;
        float[] rows = new float[Outer * count * _size];
        for (int matrix = 0; matrix < Outer; matrix++)
        {
            ReadOnlySpan<float> from = _elements.AsSpan(matrix * _size * _room, _size * _room);
            Span<float> to = rows.AsSpan(matrix * count * _size, count * _size);
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = _isTransposed ? from[(i % _size * _room) + first + (i / _size)] : from[(first * _size) + i];
            }
        }

        return TensorValue.Create(rows, _batch, _heads, count, _size);
    }

    /// <summary>Gets a tensor with the type and shape of so many tokens, whose elements mean nothing: they are nobody's to read.</summary>
    internal TensorValue ShapeOf(int tokens, bool isTransposed = false)
    {
        Require(tokens);
        TensorShape shape = isTransposed ? new TensorShape(_batch, _heads, _size, tokens) : new TensorShape(_batch, _heads, tokens, _size);
        return TensorValue.Take(ElementType.Float32, shape, Memory[..checked((int)shape.ElementCount * sizeof(float))]);
    }

    private static int RoomOf(int tokens) => ((tokens + Math.Max(LeastRoom, tokens / 4) + Line - 1) / Line * Line) | Line;

    private void Require(int tokens)
    {
        if (tokens <= _room)
        {
            return;
        }

        TensorValue? kept = Count > 0 ? Rows(0) : null;
        _room = RoomOf(tokens);
        _elements = new float[checked(Outer * _size * _room)];
        if (kept is not null)
        {
            Write(kept, 0);
        }
    }

    /// <summary>Floats as memory of bytes.</summary>
    private sealed class ElementMemory(float[] elements) : System.Buffers.MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(elements.AsSpan());

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
