using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Claims;

/// <summary>The message that hands the inputs to a provider that has accepted a task.</summary>
/// <param name="Task">The envelope's digest.</param>
/// <param name="Inputs">The input tensors; they must open the envelope's commitments.</param>
public sealed record WorkOrder(Digest Task, NamedTensors Inputs) : ICanonical<WorkOrder>
{
    private const string Domain = "vinf/order/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out WorkOrder? value)
    {
        reader.ReadDomain(Domain);
        Digest task = reader.ReadDigest();
        NamedTensors? inputs = TensorEncoding.Read(ref reader);
        value = reader.Failed || inputs is null ? null : new WorkOrder(task, inputs);
        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteDigest(Task);
        TensorEncoding.Write(ref writer, Inputs);
    }
}
