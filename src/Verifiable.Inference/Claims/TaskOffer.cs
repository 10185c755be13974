using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Claims;

/// <summary>
/// The message that offers a task: the signed envelope and the inputs. The inputs come with the offer, so that whoever accepts holds all it needs to claim, and a
/// requester cannot make it silent by keeping them back.
/// </summary>
/// <param name="Envelope">The envelope, opened on the ledger.</param>
/// <param name="Inputs">The input tensors; they must open the envelope's commitments.</param>
public sealed record TaskOffer(SignedEnvelope Envelope, NamedTensors Inputs) : ICanonical<TaskOffer>
{
    private const string Domain = "vinf/offer/v2";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TaskOffer? value)
    {
        reader.ReadDomain(Domain);
        SignedEnvelope? envelope = reader.Read<SignedEnvelope>();
        NamedTensors? inputs = TensorEncoding.Read(ref reader);
        value = reader.Failed || envelope is null || inputs is null ? null : new TaskOffer(envelope, inputs);
        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Envelope.WriteTo(ref writer);
        TensorEncoding.Write(ref writer, Inputs);
    }
}
