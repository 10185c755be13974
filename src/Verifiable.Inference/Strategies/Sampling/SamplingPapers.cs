using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>
/// What follows from a request, its terms and its opened record: the envelope of each seat, the envelope's secret, the claim, the coin. Each is made when it is first asked for, and once. Not thread-safe.
/// </summary>
/// <remarks>Whoever settles and whoever judges makes papers of its own: nothing is taken from another party.</remarks>
internal sealed class SamplingPapers
{
    private readonly Digest?[] _secrets;
    private readonly TaskEnvelope?[] _envelopes;
    private readonly InferenceClaim?[] _claims;
    private bool? _isAudited;

    public SamplingPapers(InferenceRequest request, SamplingTerms terms, SamplingRecord record)
    {
        Request = request;
        Terms = terms;
        Record = record;
        _secrets = new Digest?[record.Seats.Length];
        _envelopes = new TaskEnvelope?[record.Seats.Length];
        _claims = new InferenceClaim?[record.Seats.Length];
    }

    public InferenceRequest Request { get; }

    public SamplingTerms Terms { get; }

    public SamplingRecord Record { get; }

    /// <summary>Gets a value indicating whether the coin calls for an audit of the asserter's claim, which must be there.</summary>
    public bool IsAudited => _isAudited ??= SamplingRules.IsAudited(Terms, Record, ClaimOf(0).Digest);

    /// <summary>Gets what is fixed before checkers are drawn: the asserter's claim, posted or restored, and the beacon's value where one draws them.</summary>
    public Digest AfterClaim => AuditDraws.After(Record.Asserter.HasClaim ? ClaimOf(0).Digest : Record.Asserter.PostedClaim, Record.CheckBeacon);

    /// <summary>Gets what is fixed before voters are drawn: the beacon's value and nothing else, for whatever else went in could be chosen with it at hand. Where there is none they follow from the
    /// claim, and convict nobody.</summary>
    public Digest AfterMismatch => Record.VoteBeacon ?? AfterClaim;

    /// <summary>Takes papers of a seat that the caller made or checked itself: the envelope of exactly this request, terms and seat, and the claim that answers it.</summary>
    public void Take(int index, Digest secret, TaskEnvelope envelope, InferenceClaim? claim) => (_secrets[index], _envelopes[index], _claims[index]) = (secret, envelope, claim);

    /// <summary>Takes the coin that the caller tossed itself.</summary>
    public void TakeCoin(bool isAudited) => _isAudited = isAudited;

    /// <summary>Gives the secret of a seat's envelope.</summary>
    public Digest SecretOf(int index) => _secrets[index] ??= AuditDraws.EnvelopeSecret(Record.Secret, Request.Digest, Record.Seats[index].Seat);

    /// <summary>Gives the envelope of a seat.</summary>
    public TaskEnvelope EnvelopeOf(int index)
    {
        SeatRecord seat = Record.Seats[index];
        return _envelopes[index] ??= SamplingEnvelopes.Create(Request, Terms, Record.Secret, SecretOf(index), seat.Seat, seat.Provider.Id, seat.Deadline);
    }

    /// <summary>Restores the claim of a seat that has one.</summary>
    public InferenceClaim ClaimOf(int index) => _claims[index] ??= Record.Seats[index].Claim!.Restore(EnvelopeOf(index));
}
