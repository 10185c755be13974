using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Providers;

/// <summary>A claim that a provider posts, with the envelope that it answers: what a demand asks for. Immutable.</summary>
internal sealed record KeptClaim(TaskEnvelope Envelope, SignedClaim Claim) : ICanonical<KeptClaim>
{
    private const string Domain = "vinf/kept-claim/v1";

    /// <summary>Gets the time from which nobody can want the claim, in milliseconds since 1970-01-01 UTC.</summary>
    public long Due => Settlement.TaskRecord.RevealDeadlineOf(Envelope.Deadline, Envelope.OpeningDeadline);

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out KeptClaim? value)
    {
        reader.ReadDomain(Domain);
        TaskEnvelope? envelope = reader.Read<TaskEnvelope>();
        SignedClaim? claim = reader.Read<SignedClaim>();
        value = reader.Failed || envelope is null || claim is null ? null : new KeptClaim(envelope, claim);
        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Envelope.WriteTo(ref writer);
        Claim.WriteTo(ref writer);
    }
}
