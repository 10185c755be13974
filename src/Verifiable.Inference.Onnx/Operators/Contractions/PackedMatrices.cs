using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What is prepared from the constants of one model: packed matrices, each constant once for each way to read it, and widened 16-bit floats, once each; shared by all graph nodes, within a limit. Not thread-safe.</summary>
internal sealed class PackedMatrices
{
    private readonly Dictionary<(string Name, bool Transposed), PackedMatrix> _packed = [];
    private readonly Dictionary<string, TensorValue?> _widened = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConvWeightsCell> _convolutions = new(StringComparer.Ordinal);
    private readonly PackedMatrices? _around;
    private readonly IReadOnlySet<string> _captures = new HashSet<string>();
    private long _bytesLeft;

    /// <summary>Creates an empty collection.</summary>
    /// <param name="maxBytes">The most bytes that all matrices take; one that does not fit is packed in each run instead.</param>
    /// <param name="maxTableBytes">The most bytes of tables that operators keep for the latest shapes.</param>
    internal PackedMatrices(long maxBytes = int.MaxValue, long maxTableBytes = int.MaxValue)
    {
        _bytesLeft = maxBytes;
        Tables = new KeptTables(maxTableBytes);
    }

    private PackedMatrices(PackedMatrices around, IReadOnlySet<string> captures)
    {
        _around = around;
        _captures = captures;
        Memory = around.Memory;
        Tables = around.Tables;
    }

    /// <summary>Gets the memory of what is prepared.</summary>
    internal PreparedMemory Memory { get; } = new();

    /// <summary>Gets the tables that operators keep for the latest shapes.</summary>
    internal KeptTables Tables { get; }

    /// <summary>Makes the collection of a body: what it reads of the graph around it is prepared there, and names of its own are not those of another body.</summary>
    internal PackedMatrices Within(IReadOnlySet<string> captures) => new(this, captures);

    /// <summary>Gets the place for the packed weights of convolutions, the same for all that use a constant in as many groups; <see langword="null"/> where there is no
    /// memory for them: each run packs them then.</summary>
    internal ConvWeightsCell? Convolution(string name, TensorShape weights, int groups)
    {
        if (_captures.Contains(name))
        {
            return _around!.Convolution(name, weights, groups);
        }

        string key = FormattableString.Invariant($"{groups} {name}");
        if (!_convolutions.TryGetValue(key, out ConvWeightsCell? cell))
        {
            Int128 bytes = ConvWeights.BytesOf(weights, groups);
            if (!TryReserve(bytes))
            {
                return null;
            }

            Memory.Expect((long)bytes / sizeof(float));
            cell = new ConvWeightsCell(Memory);
            _convolutions.Add(key, cell);
        }

        return cell;
    }

    /// <summary>Takes memory for something that is no matrix.</summary>
    internal bool TryReserve(Int128 bytes)
    {
        if (_around is not null)
        {
            return _around.TryReserve(bytes);
        }

        if (bytes > Math.Min(_bytesLeft, int.MaxValue))
        {
            return false;
        }

        _bytesLeft -= (long)bytes;
        return true;
    }

    /// <summary>Gets a constant of 16-bit floats widened to binary32, or <see langword="null"/> where that does not fit: each run widens it then.</summary>
    internal TensorValue? Widen(string name, TensorValue value)
    {
        if (_captures.Contains(name))
        {
            return _around!.Widen(name, value);
        }

        if (_widened.TryGetValue(name, out TensorValue? widened))
        {
            return widened;
        }

        widened = TryReserve((Int128)value.Length * sizeof(float)) ? StorageOperator.Widen(value) : null;
        _widened.Add(name, widened);
        return widened;
    }

    /// <summary>Gets the packed form of a constant, or <see langword="null"/> where there is none.</summary>
    internal PackedMatrix? Get(string name, TensorValue value, bool transposed)
    {
        if (_captures.Contains(name))
        {
            return _around!.Get(name, value, transposed);
        }

        // A matrix without elements may have axes of any length, and has nothing to prepare.
        if (value.Type != ElementType.Float32 || value.Shape.Rank != 2 || value.Length == 0)
        {
            return null;
        }

        if (_packed.TryGetValue((name, transposed), out PackedMatrix? packed))
        {
            return packed;
        }

        (int depth, int columns) = transposed ? ((int)value.Shape[1], (int)value.Shape[0]) : ((int)value.Shape[0], (int)value.Shape[1]);
        if (!TryReserve(PackedMatrix.BytesOf(depth, columns)))
        {
            return null;
        }

        packed = MatrixProduct.Pack(new OperatorContext(), value.Bytes, transposed, new PackedMatrix(depth, columns, Memory));
        _packed.Add((name, transposed), packed);
        MappedFile.LetGo(value.Bytes);
        return packed;
    }
}
