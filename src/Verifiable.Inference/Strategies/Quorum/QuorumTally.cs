using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The count of a record's seats: who won in each committee, whether anybody contradicted, and whether that or the coin calls for the second committee. Pure.</summary>
internal sealed class QuorumTally
{
    private const string ClaimsDomain = "vinf/quorum-claims/v1";

    private readonly QuorumTerms _terms;
    private readonly Digest _secret;
    private readonly QuorumEnvelopes _envelopes;
    private readonly ImmutableArray<QuorumHolding> _holdings;
    private readonly (int Holding, int Seats)[] _first;
    private readonly (int Holding, int Seats)[] _second;
    private bool? _isEscalationCalled;

    public QuorumTally(QuorumTerms terms, Digest secret, QuorumEnvelopes envelopes, ImmutableArray<QuorumHolding> holdings, OutputComparer comparer)
    {
        _terms = terms;
        _secret = secret;
        _envelopes = envelopes;
        _holdings = holdings;
        Outputs = new QuorumOutputs(holdings, comparer);
        _first = [.. Votes(TaskRole.Asserter)];
        _second = [.. Votes(TaskRole.Voter)];
        First = Winner(TaskRole.Asserter, terms.Threshold);
        Second = Winner(TaskRole.Voter, terms.EscalationSeats / 2);
        HasVotes = _first.Length > 0;
        IsContradicted = HasVotes && _first.Any(vote => First is null ? !(Outputs.Distance(_first[0].Holding, vote.Holding) <= terms.Limit) : !First.Includes(vote.Holding));
    }

    public QuorumOutputs Outputs { get; }

    /// <summary>Gets the group that exceeds the threshold in the first committee.</summary>
    public QuorumGroup? First { get; }

    /// <summary>Gets the group that has most of all seats of the second committee.</summary>
    public QuorumGroup? Second { get; }

    /// <summary>Gets a value indicating whether the first committee has any output to compare.</summary>
    public bool HasVotes { get; }

    /// <summary>Gets a value indicating whether an output of the first committee lies outside of its winning group.</summary>
    public bool IsContradicted { get; }

    /// <summary>Gets a value indicating whether the second committee is called: no winner, a contradiction, or the coin.</summary>
    public bool IsEscalationCalled => _isEscalationCalled ??= HasVotes && (First is null || IsContradicted || _terms.EscalationRate.Covers(Coin()));

    /// <summary>Gets the group by which all outputs are judged; <see langword="null"/> where none is, and then nobody is found wrong.</summary>
    public QuorumGroup? Final => Second ?? (IsEscalationCalled ? null : First);

    /// <summary>Gets the holdings of a committee that count and can be compared, with the number of their seats.</summary>
    public IReadOnlyList<(int Holding, int Seats)> VotesOf(TaskRole role) => role == TaskRole.Voter ? _second : _first;

    /// <summary>Tells whether a holding's output is right by the final group; <see langword="null"/> where nobody can tell.</summary>
    public bool? IsRight(int holding) => Final is not { } final || !Outputs.IsMeasurable(holding) ? null : final.Includes(holding);

    private QuorumGroup? Winner(TaskRole role, int threshold) => QuorumGroup.Largest(Outputs, VotesOf(role), _terms.Limit) is { } group && group.Seats > threshold ? group : null;

    private IEnumerable<(int Holding, int Seats)> Votes(TaskRole role)
    {
        for (int i = 0; i < _holdings.Length; i++)
        {
            if (_holdings[i].Role == role && !_holdings[i].IsLate && Outputs.IsMeasurable(i))
            {
                yield return (i, _holdings[i].SeatCount);
            }
        }
    }

    // Over all claims that count: no provider knows the coin before it claims, for it does not know the secret, and the claims are salted.
    private ulong Coin()
    {
        CanonicalWriter writer = new(stackalloc byte[512]);
        writer.WriteDomain(ClaimsDomain);
        for (int i = 0; i < _holdings.Length; i++)
        {
            if (_holdings[i] is { Role: TaskRole.Asserter, IsLate: false, HasClaim: true } holding)
            {
                writer.WriteDigest(holding.Record.Claim!.Restore(_envelopes[i]).Digest);
            }
        }

        Digest claims = writer.ToDigest();
        writer.Dispose();
        return AuditDraws.Coin(_secret, claims);
    }
}
