using System.Collections.Concurrent;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The packed weights of one recurrent cell whose weights never change: each part is packed at its first use and kept. Thread-safe.</summary>
internal sealed class RecurrentWeights
{
    private readonly ConcurrentDictionary<(int Input, int First, int Columns), PackedMatrix> _packed = new();
    private readonly PreparedMemory _memory = new();
    private readonly bool _canKeep;

    /// <summary>Looks whether the weights of W and R are constants, and whether there is memory for them.</summary>
    internal RecurrentWeights(NodeBinder binder)
    {
        _canKeep = binder.Constant(1) is { Type: ElementType.Float32 } input && binder.Constant(2) is { Type: ElementType.Float32 } recurrence
            && binder.TryReserve(2 * ((Int128)input.Length + recurrence.Length) * sizeof(float));
    }

    /// <summary>Gets some rows of W (input 1) or R (input 2) as the columns of a packed matrix; <see langword="null"/> where each run packs them.</summary>
    internal PackedMatrix? Find(OperatorContext context, int input, TensorValue weights, int first, int columns)
    {
        int depth = weights.Shape.Rank == 3 ? (int)weights.Shape[2] : 0;
        return !_canKeep || depth == 0 || weights.Type != ElementType.Float32
            ? null
            : _packed.GetOrAdd((input, first, columns), key => MatrixProduct.Pack(
                context.With(null),
                weights.Bytes.Slice(key.First * depth * sizeof(float), key.Columns * depth * sizeof(float)),
                true,
                new PackedMatrix(depth, key.Columns, _memory)));
    }
}
