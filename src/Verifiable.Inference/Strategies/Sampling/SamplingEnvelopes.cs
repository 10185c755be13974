using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>Makes the envelope of a seat. It follows from the request and the opened secret, so that a receipt need not carry it.</summary>
internal static class SamplingEnvelopes
{
    public static TaskEnvelope Create(InferenceRequest request, SamplingTerms terms, Digest secret, Seat seat, NodeId provider, long deadline)
    {
        Digest requestDigest = request.Digest;
        return new TaskEnvelope
        {
            Ledger = request.Ledger,
            Requester = request.Requester,
            Provider = provider,
            Work = request.Work,
            Binding = AuditDraws.Binding(secret, requestDigest, seat),
            AuditCommitment = AuditSecret.Commit(AuditDraws.EnvelopeSecret(secret, requestDigest, seat)),
            Reward = terms.Reward,
            StakeAtRisk = terms.Slash,
            Deadline = deadline,

            // Saturates: a receipt from outside may name any deadline.
            OpeningDeadline = deadline > long.MaxValue - terms.OpeningWindow ? long.MaxValue : deadline + terms.OpeningWindow,
        };
    }
}
