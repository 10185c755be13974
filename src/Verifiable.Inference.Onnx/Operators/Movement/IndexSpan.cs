using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Reads indices of int32 or int64 that may count from the end.</summary>
internal readonly ref struct IndexSpan
{
    private readonly ReadOnlySpan<int> _narrow;
    private readonly ReadOnlySpan<long> _wide;
    private readonly bool _isWide;

    internal IndexSpan(TensorValue indices)
    {
        _isWide = indices.Type == ElementType.Int64;
        _wide = _isWide ? indices.AsSpan<long>() : default;
        _narrow = _isWide ? default : MemoryMarshal.Cast<byte, int>(indices.Bytes.Span);
    }

    internal int Length => _isWide ? _wide.Length : _narrow.Length;

    /// <summary>Gets an index as it stands.</summary>
    internal long this[int position] => _isWide ? _wide[position] : _narrow[position];

    /// <summary>Resolves an index along an axis; −1 where it is outside.</summary>
    internal static long Resolve(long index, long length)
    {
        long value = index < 0 ? index + length : index;
        return value >= 0 && value < length ? value : -1;
    }

    /// <summary>Resolves an index that has been checked.</summary>
    internal int Resolved(int position, int length)
    {
        long index = this[position];
        return (int)(index < 0 ? index + length : index);
    }

    /// <summary>Requires every index to lie on an axis.</summary>
    internal string? Check(long length)
    {
        for (int i = 0; i < Length; i++)
        {
            if (Resolve(this[i], length) < 0)
            {
                return $"Expected indices from −{length} to {length} − 1, got {this[i]} as index {i}.";
            }
        }

        return null;
    }
}
