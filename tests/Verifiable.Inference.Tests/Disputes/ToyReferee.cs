using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Disputes;

/// <summary>Decides on a made-up model that a reader can check in the head: each graph node gives 3·x + its own number, byte by byte, of what the one before it gave.</summary>
internal sealed class ToyReferee(int nodes, int length) : IReferee
{
    public static Digest Model { get; } = Digest.Of("a made-up model"u8);

    public Digest ModelId => Model;

    public int NodeCount => nodes;

    public static byte Define(int node, byte x) => unchecked((byte)((3 * x) + node));

    public RefereeRuling ExamineClaim(DisputedClaim claim) => RefereeRuling.Of(
        claim.Body.ModelId != Model ? RulingReason.WrongModel
        : claim.Trace.NodeCount != nodes ? RulingReason.NodeCountDiffers
        : claim.Body.Outputs.Count != 1 || !claim.Body.Outputs.TryGetValue("y", out _) ? RulingReason.InterfaceViolated
        : RulingReason.WellFormed);

    public RefereeRuling ExamineLeaf(DisputedClaim claim, TraceLeaf leaf) => RefereeRuling.Of(
        leaf.Node >= nodes ? RulingReason.NoSuchOutput
        : leaf.Outputs.Length != 1 || leaf.Outputs[0] is not { RowMajor: not null, ByColumn: null, ChannelsLast: null } ? RulingReason.LeafMalformed
        : leaf.Node == nodes - 1 && leaf.Outputs[0].RowMajor != claim.Body.Outputs["y"] ? RulingReason.OutputNotOfTrace
        : RulingReason.WellFormed);

    public RefereeRuling Judge(DisputedClaim claim, TraceCommitment trace, Accusation accusation)
    {
        if (accusation.Leaf is not { } leaf || !leaf.Verifies(trace))
        {
            return RefereeRuling.Of(RulingReason.LeafNotOfTrace);
        }

        RefereeRuling form = ExamineLeaf(claim, leaf.Leaf);
        if (form.Kind != RulingKind.Acquitted || accusation.Kind == AccusationKind.Leaf)
        {
            return form;
        }

        // The place is for rows: what is committed to in another layout is misplaced.
        if (accusation.Accused is { } misplaced && misplaced.Header.Layout != TensorLayout.RowMajor && misplaced.Commitment == leaf.Leaf.Outputs[0].RowMajor)
        {
            return RefereeRuling.Of(RulingReason.LayoutsDiffer);
        }

        if (accusation.Kind is not (AccusationKind.Element or AccusationKind.Signature) || accusation.Output != 0 || accusation.Accused!.Header.Layout != TensorLayout.RowMajor
            || !accusation.Accused!.TryOpen(leaf.Leaf.Outputs[0].RowMajor!.Value, out OpenedTensor? accused))
        {
            return RefereeRuling.Of(RulingReason.EvidenceNotCommitted);
        }

        if (accused.Header.Type != ElementType.UInt8 || accused.Header.Shape != new TensorShape(length))
        {
            return RefereeRuling.Of(RulingReason.SignatureDiffers);
        }

        if (accusation.Kind == AccusationKind.Signature)
        {
            return RefereeRuling.Of(RulingReason.SignatureAgrees);
        }

        int node = leaf.Leaf.Node;
        if (accusation.Inputs.Length != 1 || (node == 0) != (accusation.Inputs[0].Leaf is null) || (node > 0 && (accusation.Inputs[0].Leaf!.Leaf.Node != node - 1 || !accusation.Inputs[0].Leaf!.Verifies(trace))))
        {
            return RefereeRuling.Of(RulingReason.InputMissing);
        }

        Digest before = node == 0 ? claim.Work.Inputs["x"] : accusation.Inputs[0].Leaf!.Leaf.Outputs[0].RowMajor!.Value;
        return !accusation.Inputs[0].Tensor.TryOpen(before, out OpenedTensor? input) || !input.TryReadBits(accusation.Element, out ulong x) || !accused.TryReadBits(accusation.Element, out ulong y)
            ? RefereeRuling.Of(RulingReason.EvidenceIncomplete)
            : RefereeRuling.Of(y == Define(node, (byte)x) ? RulingReason.ElementAgrees : RulingReason.ElementDiffers, y, Define(node, (byte)x));
    }
}
