using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies;

/// <summary>
/// Makes the envelope of a drawn seat from the request and its secret: two envelopes of one request share nothing but their work and terms, and none tells its role. For authors of
/// strategies. Pure and thread-safe.
/// </summary>
public static class SeatEnvelopes
{
    /// <summary>Makes an envelope.</summary>
    /// <param name="request">The request.</param>
    /// <param name="secret">The secret of the request.</param>
    /// <param name="seat">The seat.</param>
    /// <param name="provider">Who was drawn for it.</param>
    /// <param name="reward">What the provider is paid for a right answer; the same for every seat, or it tells the role.</param>
    /// <param name="escrow">What the requester sets aside; the same for every seat, or it tells the role.</param>
    /// <param name="stakeAtRisk">The stake that the provider puts at risk; the same for every seat, or it tells the role.</param>
    /// <param name="deadline">The time by which the claim must be posted, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="openingWindow">The time after the deadline within which the secret is opened, in milliseconds, 1 or more.</param>
    public static TaskEnvelope Create(
        InferenceRequest request, Digest secret, Seat seat, NodeId provider, Amount reward, Amount escrow, Amount stakeAtRisk, long deadline, long openingWindow)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Create(request, secret, AuditDraws.EnvelopeSecret(secret, request.Digest, seat), seat, provider, reward, escrow, stakeAtRisk, deadline, openingWindow);
    }

    /// <summary>Makes an envelope whose own secret the caller has derived already.</summary>
    internal static TaskEnvelope Create(
        InferenceRequest request, Digest secret, Digest envelopeSecret, Seat seat, NodeId provider, Amount reward, Amount escrow, Amount stakeAtRisk, long deadline, long openingWindow)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(openingWindow, 1);
        return new TaskEnvelope
        {
            Ledger = request.Ledger,
            Requester = request.Requester,
            Provider = provider,
            Work = request.Work,
            Strategy = request.Strategy,
            Terms = request.Terms,
            Binding = AuditDraws.Binding(secret, request.Digest, seat),
            AuditCommitment = AuditSecret.Commit(envelopeSecret),
            Reward = reward,
            Escrow = escrow,
            StakeAtRisk = stakeAtRisk,
            Deadline = deadline,

            // Saturates: a receipt from outside may name any deadline.
            OpeningDeadline = deadline > long.MaxValue - openingWindow ? long.MaxValue : deadline + openingWindow,
        };
    }
}
