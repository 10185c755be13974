using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// What one provider is offered. Every envelope has the same form, price and stake, whether it is the first of its work, a check of another answer, or a vote:
/// <see cref="Binding"/> and <see cref="AuditCommitment"/> look random until the draws are opened. The envelope itself tells no role; who watches the ledger may
/// guess it, where the requester has few tasks open at a time.
/// </summary>
public sealed record TaskEnvelope : ICanonical<TaskEnvelope>
{
    private const string Domain = "vinf/envelope/v1";

    private const string BindingDomain = "vinf/envelope-binding/v1";

    private DigestMemory? _digest;

    /// <summary>Gets the ledger on which the task is accepted, answered and settled.</summary>
    public required NodeId Ledger { get; init; }

    /// <summary>Gets who pays.</summary>
    public required NodeId Requester { get; init; }

    /// <summary>Gets who is offered the task.</summary>
    public required NodeId Provider { get; init; }

    /// <summary>Gets what is to be computed.</summary>
    public required WorkDescription Work { get; init; }

    /// <summary>Gets the name of the verification strategy, so that the provider knows who may take its stake, and how.</summary>
    public required string Strategy { get; init; }

    /// <summary>Gets the strategy's terms, the same as in the request and in every other envelope of it.</summary>
    public required OpaqueBytes Terms { get; init; }

    /// <summary>Gets the blinded commitment to the request and the provider's role in it.</summary>
    public required Digest Binding { get; init; }

    /// <summary>Gets the commitment to the secret that decides what happens to the claim.</summary>
    public required Digest AuditCommitment { get; init; }

    /// <summary>Gets the digest of the binding: what the ledger shows of it. Whoever knows a binding can tell that a task has it, and nobody can learn it from there.</summary>
    /// <remarks>The binding is what keeps the digest of an envelope from being guessed: all else that an envelope holds stands on the ledger, or in the other envelopes of its request.</remarks>
    public Digest BindingDigest => DigestOf(Binding);

    /// <summary>Gets what the provider is paid for a right answer.</summary>
    public required Amount Reward { get; init; }

    /// <summary>Gets what the requester sets aside: the reward and the price of an audit, so that withholding the secret is never cheaper than opening it.</summary>
    public required Amount Escrow { get; init; }

    /// <summary>Gets the stake that the provider puts at risk by accepting.</summary>
    public required Amount StakeAtRisk { get; init; }

    /// <summary>Gets the time by which the claim must be on the ledger, in milliseconds since 1970-01-01 UTC. A claim at the deadline is late.</summary>
    public required long Deadline { get; init; }

    /// <summary>Gets the time by which the requester must open its secret, in milliseconds since 1970-01-01 UTC.</summary>
    public required long OpeningDeadline { get; init; }

    /// <summary>Gets the digest of the canonical encoding: the id of the task on the ledger.</summary>
    public Digest Digest => DigestMemory.Of(this, ref _digest);

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TaskEnvelope? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        NodeId requester = reader.Read<NodeId>();
        NodeId provider = reader.Read<NodeId>();
        WorkDescription? work = reader.Read<WorkDescription>();
        string strategy = reader.ReadText();
        OpaqueBytes terms = new(reader.ReadBytes(InferenceRequest.MaxTermsBytes));
        Digest binding = reader.ReadDigest();
        Digest auditCommitment = reader.ReadDigest();
        Amount reward = new(reader.ReadUInt64());
        Amount escrow = new(reader.ReadUInt64());
        Amount stakeAtRisk = new(reader.ReadUInt64());
        long deadline = reader.ReadInt64();
        long openingDeadline = reader.ReadInt64();
        if (reader.Failed || work is null)
        {
            return false;
        }

        value = new TaskEnvelope
        {
            Ledger = ledger,
            Requester = requester,
            Provider = provider,
            Work = work,
            Strategy = strategy,
            Terms = terms,
            Binding = binding,
            AuditCommitment = auditCommitment,
            Reward = reward,
            Escrow = escrow,
            StakeAtRisk = stakeAtRisk,
            Deadline = deadline,
            OpeningDeadline = openingDeadline,
        };
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        Requester.WriteTo(ref writer);
        Provider.WriteTo(ref writer);
        Work.WriteTo(ref writer);
        writer.WriteText(Strategy);
        writer.WriteBytes(Terms.Span);
        writer.WriteDigest(Binding);
        writer.WriteDigest(AuditCommitment);
        writer.WriteUInt64(Reward.Units);
        writer.WriteUInt64(Escrow.Units);
        writer.WriteUInt64(StakeAtRisk.Units);
        writer.WriteInt64(Deadline);
        writer.WriteInt64(OpeningDeadline);
    }

    /// <summary>Computes what the ledger shows of a binding: H(domain ‖ binding).</summary>
    public static Digest DigestOf(Digest binding)
    {
        CanonicalWriter writer = new(stackalloc byte[64]);
        writer.WriteDomain(BindingDomain);
        writer.WriteDigest(binding);
        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] TaskEnvelope? other) => other is not null && Digest == other.Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => Digest.GetHashCode();
}
