using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>What is to be computed, and nothing about who asks, who answers, or why: two orders of the same work have the same <see cref="Id"/>.</summary>
/// <param name="ModelId">The commitment to the model.</param>
/// <param name="Inputs">The commitments to the input tensors by name.</param>
/// <param name="Options">The seed, fixed by the requester, and the settings.</param>
/// <param name="Profile">How numbers are computed and compared.</param>
public sealed record WorkDescription(Digest ModelId, CommittedTensors Inputs, GenerationOptions Options, NumericProfile Profile) : ICanonical<WorkDescription>
{
    private const string Domain = "vinf/work/v1";

    private EncodingMemory? _encoding;

    /// <summary>Gets the work's id: the digest of the canonical encoding.</summary>
    public Digest Id => EncodingMemory.Of(this, ref _encoding, Write).Digest;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out WorkDescription? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        Digest modelId = reader.ReadDigest();
        CommittedTensors? inputs = reader.Read<CommittedTensors>();
        GenerationOptions? options = reader.Read<GenerationOptions>();
        NumericProfile? profile = reader.Read<NumericProfile>();
        if (reader.Failed || inputs is null || options is null || profile is null)
        {
            return false;
        }

        value = new WorkDescription(modelId, inputs, options, profile);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>A request, its envelopes and their claims all hold the same description: it is encoded once.</remarks>
    public void WriteTo(ref CanonicalWriter writer) => writer.WriteFixed(EncodingMemory.Of(this, ref _encoding, Write).Bytes);

    private static void Write(WorkDescription work, ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteDigest(work.ModelId);
        work.Inputs.WriteTo(ref writer);
        work.Options.WriteTo(ref writer);
        work.Profile.WriteTo(ref writer);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] WorkDescription? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}
