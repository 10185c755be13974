using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>The inputs of a graph node as far as they are open: what a definition may read in a dispute, and no more. Used by one ruling.</summary>
internal sealed class EvidenceInputs : OperatorInputs
{
    private readonly object?[] _inputs;
    private readonly long _maxReads;
    private readonly long _maxWork;
    private long _reads;
    private long _work;

    /// <summary>Creates the inputs.</summary>
    /// <param name="inputs">By position an <see cref="OpenedTensor"/>, a whole <see cref="TensorValue"/> that the model's definition makes, or <see langword="null"/> for an absent one.</param>
    /// <param name="maxReads">The most elements that may be read.</param>
    /// <param name="maxWork">The most steps that may be taken, reads counted.</param>
    public EvidenceInputs(object?[] inputs, long maxReads, long maxWork)
    {
        _inputs = inputs;
        _maxWork = maxWork;
        _maxReads = maxReads;
    }

    /// <inheritdoc/>
    public override int Count => _inputs.Length;

    /// <inheritdoc/>
    public override TensorSignature? SignatureOf(int input) => _inputs[input] switch
    {
        OpenedTensor opened => new TensorSignature(opened.Header.Type, opened.Header.Shape),
        TensorValue whole => new TensorSignature(whole.Type, whole.Shape),
        _ => null,
    };

    /// <inheritdoc/>
    public override ulong ReadBits(int input, long index)
    {
        _reads++;
        RequireRoom(_reads);
        Spend(1);
        return _inputs[input] switch
        {
            OpenedTensor opened => opened.TryReadBits(index, out ulong bits) ? bits : throw new EvidenceException(RulingReason.EvidenceIncomplete),
            TensorValue whole => TensorInputs.ReadBits(whole, index),
            _ => throw new EvidenceException(RulingReason.DefinitionFailed),
        };
    }

    // What is read later needs no more room than what may be read: a shape alone, which the claimant chose, makes nothing large.
    internal override void RequireRoom(long length)
    {
        if (length > _maxReads)
        {
            throw new EvidenceException(RulingReason.TooLarge);
        }
    }

    internal override void Spend(Int128 steps)
    {
        if (steps > _maxWork - _work)
        {
            throw new EvidenceException(RulingReason.TooLarge);
        }

        _work += (long)steps;
    }
}
