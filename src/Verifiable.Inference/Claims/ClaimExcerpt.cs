using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>What a claim adds to its envelope. Receipts store this and restore the claim, so that nothing is written twice and nothing can disagree.</summary>
/// <param name="Outputs">The commitments to the outputs.</param>
/// <param name="Trace">The commitment to the trace, if the claim makes one.</param>
/// <param name="Salt">The claim's salt.</param>
/// <param name="Evidence">Further evidence.</param>
public sealed record ClaimExcerpt(CommittedTensors Outputs, Digest? Trace, Digest Salt, ImmutableArray<Evidence> Evidence) : ICanonical<ClaimExcerpt>
{
    /// <summary>Takes the excerpt of a claim.</summary>
    public static ClaimExcerpt Of(InferenceClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return new ClaimExcerpt(claim.Outputs, claim.Trace, claim.Salt, claim.Evidence);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out ClaimExcerpt? value)
    {
        CommittedTensors? outputs = reader.Read<CommittedTensors>();
        value = outputs is null ? null : ReadRest(ref reader, outputs);
        return value is not null;
    }

    /// <summary>Restores the claim that answers an envelope.</summary>
    public InferenceClaim Restore(TaskEnvelope envelope) => InferenceClaim.For(envelope, Outputs, Salt, Trace, Evidence);

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        Outputs.WriteTo(ref writer);
        WriteRestTo(ref writer);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] ClaimExcerpt? other) =>
        other is not null && Outputs.Equals(other.Outputs) && Trace == other.Trace && Salt == other.Salt && Evidence.AsSpan().SequenceEqual(other.Evidence.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Outputs, Salt);

    /// <summary>Reads everything after the outputs.</summary>
    internal static ClaimExcerpt? ReadRest(ref CanonicalReader reader, CommittedTensors outputs)
    {
        Digest? trace = reader.ReadBoolean() ? reader.ReadDigest() : null;
        Digest salt = reader.ReadDigest();
        ImmutableArray<Evidence> evidence = reader.ReadList<Evidence>(InferenceClaim.MaxEvidence);
        return reader.Failed ? null : new ClaimExcerpt(outputs, trace, salt, evidence);
    }

    /// <summary>Writes everything after the outputs.</summary>
    internal void WriteRestTo(ref CanonicalWriter writer)
    {
        writer.WriteBoolean(Trace is not null);
        if (Trace is { } trace)
        {
            writer.WriteDigest(trace);
        }

        writer.WriteDigest(Salt);
        writer.WriteList(Evidence);
    }
}
