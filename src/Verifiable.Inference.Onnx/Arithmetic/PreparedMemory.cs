namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Memory for what is prepared once from constants and kept: pieces of few large arrays, each piece at a cache line of its own. Thread-safe.</summary>
internal sealed class PreparedMemory
{
    // Elements: 32 MiB; what is larger stands alone.
    private const int LargestArray = 8 << 20;
    private const int LineElements = AlignedMemory.LineBytes / sizeof(float);

    private readonly Lock _gate = new();
    private float[] _array = [];
    private int _used;
    private long _expected;

    /// <summary>Says that elements will be taken, so that no more memory is asked for than all of them need.</summary>
    internal void Expect(long elements)
    {
        lock (_gate)
        {
            _expected += elements + LineElements;
        }
    }

    /// <summary>Takes a piece, whose elements may be anything and which is written as a whole.</summary>
    /// <param name="elements">The number of elements.</param>
    /// <param name="offset">Where in the array it begins.</param>
    internal float[] Take(int elements, out int offset)
    {
        int room = (int)Math.Min(Array.MaxLength, ((long)elements + (2 * LineElements) - 1) / LineElements * LineElements);
        float[] array;
        lock (_gate)
        {
            if (elements > _array.Length - _used)
            {
                _array = AlignedMemory.AllocateFloats((int)Math.Max(room, Math.Min(_expected + LineElements, LargestArray)), out _used);
            }

            array = _array;
            offset = _used;
            _used = (int)Math.Min(array.Length, (long)_used + room - LineElements);
            _expected = Math.Max(0, _expected - room);
        }

        AlignedMemory.Prepare(array, offset, elements);
        return array;
    }
}
