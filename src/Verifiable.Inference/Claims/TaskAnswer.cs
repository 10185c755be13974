using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Claims;

/// <summary>The message that answers a work order: the signed claim and the outputs that it commits to.</summary>
/// <param name="Claim">The claim; its posting is on the ledger.</param>
/// <param name="Outputs">The output tensors; they must open the claim's commitments.</param>
public sealed record TaskAnswer(SignedClaim Claim, NamedTensors Outputs) : ICanonical<TaskAnswer>
{
    private const string Domain = "vinf/answer/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TaskAnswer? value)
    {
        reader.ReadDomain(Domain);
        SignedClaim? claim = reader.Read<SignedClaim>();
        NamedTensors? outputs = TensorEncoding.Read(ref reader);
        value = reader.Failed || claim is null || outputs is null ? null : new TaskAnswer(claim, outputs);
        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Claim.WriteTo(ref writer);
        TensorEncoding.Write(ref writer, Outputs);
    }
}
