using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Whole tensors that note which of their elements a definition reads. Used by one thread.</summary>
internal sealed class RecordedInputs : OperatorInputs
{
    private readonly TensorValue?[] _tensors;

    public RecordedInputs(TensorValue?[] tensors)
    {
        _tensors = tensors;
        Read = [.. tensors.Select(static _ => new HashSet<long>())];
    }

    /// <summary>Gets the row-major places that were read, by input.</summary>
    public HashSet<long>[] Read { get; }

    /// <inheritdoc/>
    public override int Count => _tensors.Length;

    /// <inheritdoc/>
    public override TensorSignature? SignatureOf(int input) => _tensors[input] is { } tensor ? new TensorSignature(tensor.Type, tensor.Shape) : null;

    /// <inheritdoc/>
    public override ulong ReadBits(int input, long index)
    {
        _ = Read[input].Add(index);
        return TensorInputs.ReadBits(_tensors[input]!, index);
    }
}
