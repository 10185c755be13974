using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>The body of a claim: "this model on this input gave this". Its digest, without any signature, is what draws and disputes refer to.</summary>
public sealed record InferenceClaim : ICanonical<InferenceClaim>
{
    /// <summary>The largest number of pieces of further evidence: 16.</summary>
    public const int MaxEvidence = 16;

    /// <summary>The kind of the evidence that carries the commitment of the claim's trace: what a dispute over the claim starts from.</summary>
    public const string TraceKind = "trace/v1";

    private const string Domain = "vinf/claim/v1";

    private DigestMemory? _digest;

    /// <summary>Gets the ledger on which the claim is posted.</summary>
    public required NodeId Ledger { get; init; }

    /// <summary>Gets the digest of the envelope that is answered.</summary>
    public required Digest Task { get; init; }

    /// <summary>Gets the id of the work.</summary>
    public required Digest WorkId { get; init; }

    /// <summary>Gets the commitment to the model that was run.</summary>
    public required Digest ModelId { get; init; }

    /// <summary>Gets how numbers were computed.</summary>
    public required NumericProfile Profile { get; init; }

    /// <summary>Gets the commitments to the output tensors by name.</summary>
    public required CommittedTensors Outputs { get; init; }

    /// <summary>Gets the commitment to the outputs of every graph node, if the claim makes one.</summary>
    public Digest? Trace { get; init; }

    /// <summary>Gets who claims.</summary>
    public required NodeId Provider { get; init; }

    /// <summary>Gets 32 random bytes that keep the posted digest from telling the output.</summary>
    public required Digest Salt { get; init; }

    /// <summary>Gets further evidence.</summary>
    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>Gets the digest of the canonical encoding, computed once.</summary>
    public Digest Digest => DigestMemory.Of(this, ref _digest);

    /// <summary>Gets what is signed and posted for this claim.</summary>
    public ClaimCommitment Commitment => new(Ledger, Task, Provider, Digest);

    /// <summary>Makes the claim that answers an envelope.</summary>
    public static InferenceClaim For(TaskEnvelope envelope, CommittedTensors outputs, Digest salt) => For(envelope, outputs, salt, null, []);

    /// <summary>Makes the claim that answers an envelope, with what it says besides.</summary>
    internal static InferenceClaim For(TaskEnvelope envelope, CommittedTensors outputs, Digest salt, Digest? trace, ImmutableArray<Evidence> evidence)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return new InferenceClaim
        {
            Ledger = envelope.Ledger,
            Task = envelope.Digest,
            WorkId = envelope.Work.Id,
            ModelId = envelope.Work.ModelId,
            Profile = envelope.Work.Profile,
            Outputs = outputs,
            Trace = trace,
            Provider = envelope.Provider,
            Salt = salt,
            Evidence = evidence,
        };
    }

    /// <summary>Makes the same claim with a trace: its digest, and the commitment as evidence in place of any other of that kind.</summary>
    /// <param name="trace">The commitment of the trace.</param>
    public InferenceClaim WithTrace(TraceCommitment trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return this with { Trace = trace.Digest, Evidence = [.. Evidence.Where(static piece => piece.Kind != TraceKind), new Evidence(TraceKind, new OpaqueBytes(trace.ToBytes()))] };
    }

    /// <summary>Finds the commitment of the claim's trace among its evidence; <see langword="null"/> where there is none, or another one than the claim names.</summary>
    public TraceCommitment? FindTrace() =>
        Trace is { } named && Evidence.FirstOrDefault(static piece => piece.Kind == TraceKind) is { } carried
            && Canonical.TryRead(carried.Content.Span, out TraceCommitment? trace) && trace.Digest == named ? trace : null;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out InferenceClaim? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        Digest task = reader.ReadDigest();
        Digest workId = reader.ReadDigest();
        Digest modelId = reader.ReadDigest();
        NumericProfile? profile = reader.Read<NumericProfile>();
        CommittedTensors? outputs = reader.Read<CommittedTensors>();
        Digest? trace = reader.ReadBoolean() ? reader.ReadDigest() : null;
        NodeId provider = reader.Read<NodeId>();
        Digest salt = reader.ReadDigest();
        ImmutableArray<Evidence> evidence = reader.ReadList<Evidence>(MaxEvidence);
        if (reader.Failed || profile is null || outputs is null)
        {
            return false;
        }

        value = new InferenceClaim
        {
            Ledger = ledger,
            Task = task,
            WorkId = workId,
            ModelId = modelId,
            Profile = profile,
            Outputs = outputs,
            Trace = trace,
            Provider = provider,
            Salt = salt,
            Evidence = evidence,
        };
        return true;
    }

    /// <summary>Tells whether the claim answers this envelope: same ledger, task, work, model, profile and provider.</summary>
    public bool Answers(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return Ledger == envelope.Ledger && Task == envelope.Digest && WorkId == envelope.Work.Id && ModelId == envelope.Work.ModelId
            && Profile == envelope.Work.Profile && Provider == envelope.Provider;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        writer.WriteDigest(Task);
        writer.WriteDigest(WorkId);
        writer.WriteDigest(ModelId);
        Profile.WriteTo(ref writer);
        Outputs.WriteTo(ref writer);
        writer.WriteBoolean(Trace is not null);
        if (Trace is { } trace)
        {
            writer.WriteDigest(trace);
        }

        Provider.WriteTo(ref writer);
        writer.WriteDigest(Salt);
        writer.WriteList(Evidence);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] InferenceClaim? other) => other is not null && Digest == other.Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => Digest.GetHashCode();
}
