using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>Makes the envelope of a seat on the terms of sampling. It follows from the request and the opened secret, so that a receipt need not carry it.</summary>
internal static class SamplingEnvelopes
{
    public static TaskEnvelope Create(InferenceRequest request, SamplingTerms terms, Digest secret, Seat seat, NodeId provider, long deadline) =>
        Create(request, terms, secret, AuditDraws.EnvelopeSecret(secret, request.Digest, seat), seat, provider, deadline);

    public static TaskEnvelope Create(InferenceRequest request, SamplingTerms terms, Digest secret, Digest envelopeSecret, Seat seat, NodeId provider, long deadline) =>
        SeatEnvelopes.Create(request, secret, envelopeSecret, seat, provider, terms.Reward, terms.Escrow, terms.Slash, deadline, terms.OpeningWindow);
}
