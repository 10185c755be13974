using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>Opens one input of a graph node. Whose output, which request input or which weight it is, follows from the model and is not stated. Immutable and thread-safe.</summary>
public sealed class InputEvidence : ICanonical<InputEvidence>
{
    private const string Domain = "vinf/input-evidence/v1";

    /// <summary>Creates evidence from its parts.</summary>
    /// <param name="input">The input's position, 0 to 65535.</param>
    /// <param name="leaf">The opening of the leaf of the graph node that made it; <see langword="null"/> for inputs of the request and weights.</param>
    /// <param name="tensor">The tensor, as far as it is needed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is out of range.</exception>
    public InputEvidence(int input, TraceOpening? leaf, TensorEvidence tensor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(input);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input, ushort.MaxValue);
        ArgumentNullException.ThrowIfNull(tensor);
        Input = input;
        Leaf = leaf;
        Tensor = tensor;
    }

    /// <summary>Gets the input's position.</summary>
    public int Input { get; }

    /// <summary>Gets the opening of the leaf of the graph node that made it, or <see langword="null"/>.</summary>
    public TraceOpening? Leaf { get; }

    /// <summary>Gets the tensor, as far as it is needed.</summary>
    public TensorEvidence Tensor { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out InputEvidence? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        int input = reader.ReadUInt16();
        TraceOpening? leaf = reader.ReadBoolean() ? reader.Read<TraceOpening>() : null;
        TensorEvidence? tensor = reader.Read<TensorEvidence>();
        if (reader.Failed || tensor is null)
        {
            return false;
        }

        value = new InputEvidence(input, leaf, tensor);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt16((ushort)Input);
        writer.WriteBoolean(Leaf is not null);
        Leaf?.WriteTo(ref writer);
        Tensor.WriteTo(ref writer);
    }
}
