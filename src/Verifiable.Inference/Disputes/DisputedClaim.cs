using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>A claim with what it answers and what it commits to: all that a dispute starts from. Immutable; equal by content.</summary>
/// <param name="Envelope">The envelope that the claim answers: model, inputs, seed.</param>
/// <param name="Claim">The claim, signed by the claimant.</param>
/// <param name="Trace">The trace that the claim names by its digest.</param>
public sealed record DisputedClaim(TaskEnvelope Envelope, SignedClaim Claim, TraceCommitment Trace) : ICanonical<DisputedClaim>
{
    private const string Domain = "vinf/disputed-claim/v1";

    /// <summary>Gets what was to be computed.</summary>
    public WorkDescription Work => Envelope.Work;

    /// <summary>Gets the claim's body.</summary>
    public InferenceClaim Body => Claim.Body;

    /// <summary>Gets the graph nodes that have leaves in the claim's trace, as the claim states them in its evidence; <see langword="null"/> where it does not, as for a full trace.</summary>
    public CutNodes? Cuts => CutNodes.Of(Body);

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out DisputedClaim? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TaskEnvelope? envelope = reader.Read<TaskEnvelope>();
        SignedClaim? claim = reader.Read<SignedClaim>();
        TraceCommitment? trace = reader.Read<TraceCommitment>();
        if (reader.Failed || envelope is null || claim is null || trace is null)
        {
            return false;
        }

        value = new DisputedClaim(envelope, claim, trace);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Envelope.WriteTo(ref writer);
        Claim.WriteTo(ref writer);
        Trace.WriteTo(ref writer);
    }
}
