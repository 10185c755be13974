using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// The body of a request: what is to be computed, how it is to be verified, and what the verifier binds itself to before anything is computed. The requester
/// signs it and shows it when the draws are opened, not before: envelopes of one request must not be linkable while providers work.
/// </summary>
public sealed record InferenceRequest : ICanonical<InferenceRequest>
{
    /// <summary>The largest size of <see cref="Terms"/>: 1024 bytes.</summary>
    public const int MaxTermsBytes = 1024;

    private const string Domain = "vinf/request/v1";

    private DigestMemory? _digest;

    /// <summary>Gets the ledger on which the request is settled: the node id of its operator.</summary>
    public required NodeId Ledger { get; init; }

    /// <summary>Gets who asks.</summary>
    public required NodeId Requester { get; init; }

    /// <summary>Gets what is to be computed.</summary>
    public required WorkDescription Work { get; init; }

    /// <summary>Gets the name of the verification strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>Gets the strategy's terms (probabilities, rewards, slashes) in the strategy's own canonical encoding.</summary>
    public required OpaqueBytes Terms { get; init; }

    /// <summary>Gets the commitment to the secret from which all draws follow.</summary>
    public required Digest AuditCommitment { get; init; }

    /// <summary>Gets the root of the stakes among which providers are drawn.</summary>
    public required Digest StakesRoot { get; init; }

    /// <summary>Gets a value that no other request of this requester has.</summary>
    public required Digest Nonce { get; init; }

    /// <summary>Gets the time by which the answer is due, in milliseconds since 1970-01-01 UTC. A claim at the deadline is late.</summary>
    public required long Deadline { get; init; }

    /// <summary>Gets the digest of the canonical encoding, computed once.</summary>
    public Digest Digest => DigestMemory.Of(this, ref _digest);

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out InferenceRequest? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        NodeId requester = reader.Read<NodeId>();
        WorkDescription? work = reader.Read<WorkDescription>();
        string strategy = reader.ReadText();
        OpaqueBytes terms = new(reader.ReadBytes(MaxTermsBytes));
        Digest auditCommitment = reader.ReadDigest();
        Digest stakesRoot = reader.ReadDigest();
        Digest nonce = reader.ReadDigest();
        long deadline = reader.ReadInt64();
        if (reader.Failed || work is null)
        {
            return false;
        }

        value = new InferenceRequest
        {
            Ledger = ledger,
            Requester = requester,
            Work = work,
            Strategy = strategy,
            Terms = terms,
            AuditCommitment = auditCommitment,
            StakesRoot = stakesRoot,
            Nonce = nonce,
            Deadline = deadline,
        };
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The terms are longer than <see cref="MaxTermsBytes"/>.</exception>
    public void WriteTo(ref CanonicalWriter writer)
    {
        if (Terms.Length > MaxTermsBytes)
        {
            throw new InvalidOperationException($"Expected at most {MaxTermsBytes} bytes of terms, got {Terms.Length}.");
        }

        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        Requester.WriteTo(ref writer);
        Work.WriteTo(ref writer);
        writer.WriteText(Strategy);
        writer.WriteBytes(Terms.Span);
        writer.WriteDigest(AuditCommitment);
        writer.WriteDigest(StakesRoot);
        writer.WriteDigest(Nonce);
        writer.WriteInt64(Deadline);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] InferenceRequest? other) => other is not null && Digest == other.Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => Digest.GetHashCode();
}
