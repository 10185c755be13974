using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>Decides accusations against claims of one model. Implementations are pure, total and bounded: the same arguments give the same ruling on every machine, no
/// argument makes them throw, hang or allocate without bound, and they are safe to call from several threads at once.</summary>
/// <remarks>The rule: a claim is convicted iff something that it commits to is not what the definitions give on the claim's own committed inputs, the request's inputs, and the
/// model's weights. What cannot be decided is <see cref="RulingKind.None"/>, never a conviction and never an acquittal.</remarks>
public interface IReferee
{
    /// <summary>Gets the model whose claims the referee decides on.</summary>
    Digest ModelId { get; }

    /// <summary>Gets the number of graph nodes of the model in canonical order.</summary>
    int NodeCount { get; }

    /// <summary>Examines what can be seen of a claim without opening anything: model, profile, names of inputs and outputs, number of graph nodes.</summary>
    /// <returns>Acquitted where the claim is formed as the model calls for.</returns>
    RefereeRuling ExamineClaim(DisputedClaim claim);

    /// <summary>Examines a leaf of a claim's trace: number and layouts of the outputs, and that claimed outputs are those of the trace.</summary>
    /// <returns>Acquitted where the leaf is formed as the model calls for.</returns>
    RefereeRuling ExamineLeaf(DisputedClaim claim, TraceLeaf leaf);

    /// <summary>Decides an accusation.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="trace">The trace that openings are of: the claim's own, or the full one that the claimant revealed in the dispute.</param>
    /// <param name="accusation">The accusation.</param>
    RefereeRuling Judge(DisputedClaim claim, TraceCommitment trace, Accusation accusation);
}
