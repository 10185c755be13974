using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Decides on the model of <see cref="TracedSumEngine"/>: one graph node, whose element 0 is the seed and the inputs added up, and whose element 1 is 0.</summary>
public sealed class SumReferee : IReferee
{
    public Digest ModelId => TestWorld.Model;

    public int NodeCount => 1;

    public RefereeRuling ExamineClaim(DisputedClaim claim) => RefereeRuling.Of(
        claim.Body.ModelId != ModelId ? RulingReason.WrongModel
        : claim.Trace.NodeCount != 1 ? RulingReason.NodeCountDiffers
        : claim.Body.Outputs.Count != 1 || !claim.Body.Outputs.TryGetValue("y", out _) ? RulingReason.InterfaceViolated
        : RulingReason.WellFormed);

    public RefereeRuling ExamineLeaf(DisputedClaim claim, TraceLeaf leaf) => RefereeRuling.Of(
        leaf.Node != 0 || leaf.Outputs.Length != 1 || leaf.Outputs[0] is not { RowMajor: not null, ByColumn: null, ChannelsLast: null } ? RulingReason.LeafMalformed
        : leaf.Outputs[0].RowMajor != claim.Body.Outputs["y"] ? RulingReason.OutputNotOfTrace
        : RulingReason.WellFormed);

    public RefereeRuling Judge(DisputedClaim claim, TraceCommitment trace, Accusation accusation)
    {
        if (accusation.Leaf is not { } leaf || !leaf.Verifies(trace))
        {
            return RefereeRuling.Of(RulingReason.LeafNotOfTrace);
        }

        RefereeRuling form = ExamineLeaf(claim, leaf.Leaf);
        if (form.Kind != RulingKind.Acquitted || accusation.Kind != AccusationKind.Element)
        {
            return form;
        }

        if (accusation.Output != 0 || accusation.Inputs.Length != 1 || accusation.Inputs[0].Leaf is not null
            || !accusation.Accused!.TryOpen(leaf.Leaf.Outputs[0].RowMajor!.Value, out OpenedTensor? output) || !accusation.Inputs[0].Tensor.TryOpen(claim.Work.Inputs["x"], out OpenedTensor? input))
        {
            return RefereeRuling.Of(RulingReason.EvidenceNotCommitted);
        }

        float sum = claim.Work.Options.Seed;
        for (int i = 0; i < 3; i++)
        {
            if (!input.TryReadBits(i, out ulong bits))
            {
                return RefereeRuling.Of(RulingReason.EvidenceIncomplete);
            }

            sum += BitConverter.UInt32BitsToSingle((uint)bits);
        }

        uint expected = accusation.Element == 0 ? BitConverter.SingleToUInt32Bits(sum) : 0;
        return !output.TryReadBits(accusation.Element, out ulong claimed)
            ? RefereeRuling.Of(RulingReason.NoSuchElement)
            : RefereeRuling.Of(claimed == expected ? RulingReason.ElementAgrees : RulingReason.ElementDiffers, claimed, expected);
    }
}
