using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>Builds the settlement of a record: every seat is paid, burnt or convicted by itself, so that holding two seats under one name or under two comes to the same.</summary>
internal sealed class QuorumSettlement
{
    private readonly QuorumTerms _terms;
    private readonly QuorumRecord _record;
    private readonly QuorumTally _tally;
    private readonly QuorumEnvelopes _envelopes;
    private readonly Digest[] _tasks;
    private readonly List<TaskSettlement> _closings = [];
    private readonly List<Transfer> _transfers = [];
    private readonly List<int> _convicted = [];
    private readonly InferenceRequest _request;

    public QuorumSettlement(InferenceRequest request, QuorumTerms terms, QuorumRecord record, QuorumEnvelopes envelopes, QuorumTally tally)
    {
        _request = request;
        _terms = terms;
        _record = record;
        _tally = tally;
        _envelopes = envelopes;
        _tasks = [.. Enumerable.Range(0, record.Holdings.Length).Select(index => envelopes[index].Digest)];
    }

    public ImmutableArray<TaskSettlement> Tasks => [.. _closings];

    public ImmutableArray<Transfer> Transfers => [.. _transfers];

    public ImmutableArray<int> Convicted => [.. _convicted];

    // A supplement closes what was late; the rest was closed before.
    private bool IsClosing(int index) => !_record.IsSupplement || _record.Holdings[index].IsLate;

    // Rationale: the second committee convicts, and only where its draw was beyond the requester's choice: the first one is drawn by a secret that the requester picked. It convicts
    // those who had claimed before the beacon was out. Its own minority it does not: with many requests at hand a requester could look, once the beacon is out, for one in which its
    // friends outvote an honest decider.
    private bool IsConvicted(int index) =>
        IsClosing(index) && _terms.Convicts && _tally.Second is not null && _record.Holdings[index].Role == TaskRole.Asserter && _tally.IsRight(index) == false;

    public void Close()
    {
        int[] closing = [.. Enumerable.Range(0, _tasks.Length).Where(IsClosing)];
        Dictionary<int, Amount> owed = OwedFromSlashes(closing);
        Digest request = _request.Digest;
        foreach (int index in closing)
        {
            QuorumHolding holding = _record.Holdings[index];
            bool convicted = holding.HasClaim && IsConvicted(index);
            SettlementCause cause = holding.Record.Outcome == SeatOutcome.Silent ? SettlementCause.Silent
                : holding.Record.Outcome == SeatOutcome.Equivocated || convicted ? SettlementCause.Convicted
                : SettlementCause.Served;
            _closings.Add(new TaskSettlement(_tasks[index], cause, AuditDraws.EnvelopeSecret(_record.Secret, request, holding.Record.Seat))
            {
                IsRevealed = holding.Record.Outcome == SeatOutcome.Revealed,
                Claim = holding.Record.StandingClaimFor(_envelopes[index]),
            });
            if (convicted)
            {
                Convict(index, owed);
            }
            else if (!holding.HasClaim)
            {
                // Rationale: silence costs as much as being caught, and nobody gains by it.
                Burn(index, TransferSource.Stake, _terms.Slash * (ulong)holding.SeatCount);
                _convicted.Add(index);
            }
        }

        foreach (int index in closing.Where(index => _record.Holdings[index].HasClaim && !IsConvicted(index)))
        {
            PayOrBurn(index, owed);
        }
    }

    // What seats get out of the slashes: the second committee its pay, the seats of the first that contradicted rightly their bounty, in this order.
    private Dictionary<int, Amount> OwedFromSlashes(int[] closing)
    {
        Dictionary<int, Amount> owed = [];
        if (_tally.Second is not { } second)
        {
            return owed;
        }

        bool overturned = _tally.First is null || !second.Includes(_tally.First.Center);
        foreach (int index in closing.Where(index => _tally.IsRight(index) == true))
        {
            QuorumHolding holding = _record.Holdings[index];
            if (holding.Role == TaskRole.Voter)
            {
                owed.Add(index, _terms.Reward * (ulong)holding.SeatCount);
            }
            else if (overturned && !holding.IsLate && _terms.Bounty > Amount.Zero)
            {
                // Rationale: no bounty where the first committee's winner stands. Were it paid, a cheat that is confirmed by mistake would take it out of honest stake.
                owed.Add(index, _terms.Bounty * (ulong)holding.SeatCount);
            }
        }

        return owed;
    }

    // Rationale: at least half of a slash is burnt, so that accuser, deciders and cheat together lose by a conviction, whoever they are.
    private void Convict(int index, Dictionary<int, Amount> owed)
    {
        _convicted.Add(index);
        ulong slash = (_terms.Slash * (ulong)_record.Holdings[index].SeatCount).Units;
        ulong left = slash / 2;
        foreach ((int recipient, Amount amount) in owed.OrderBy(entry => (_record.Holdings[entry.Key].Role == TaskRole.Voter ? 0 : 1, entry.Key)).ToArray())
        {
            Amount part = new(Math.Min(left, amount.Units));
            if (part > Amount.Zero)
            {
                TransferPurpose purpose = _record.Holdings[recipient].Role == TaskRole.Voter ? TransferPurpose.VoterPay : TransferPurpose.Bounty;
                _transfers.Add(new Transfer(_tasks[index], TransferSource.Stake, _record.Holdings[recipient].Provider, part, purpose));
                owed[recipient] = amount - part;
                left -= part.Units;
                slash -= part.Units;
            }
        }

        Burn(index, TransferSource.Stake, new Amount(slash));
    }

    private void PayOrBurn(int index, Dictionary<int, Amount> owed)
    {
        QuorumHolding holding = _record.Holdings[index];
        Amount reward = _terms.Reward * (ulong)holding.SeatCount;
        if (!_tally.Outputs.IsMeasurable(index) || _tally.IsRight(index) == false)
        {
            // Rationale: what nobody can measure, and what contradicts without being convicted, is not paid, or a commitment to anything would be. It is not given back
            // either: a requester that hides a delivery, or draws a committee of friends, has had the answer and must not have it for nothing.
            Burn(index, TransferSource.Escrow, reward);
            return;
        }

        // What the slashes did not cover the requester pays, who chose the number of seats.
        Amount due = holding.Role == TaskRole.Voter && owed.TryGetValue(index, out Amount left) ? left : reward;
        if (due > Amount.Zero)
        {
            _transfers.Add(new Transfer(_tasks[index], TransferSource.Escrow, holding.Provider, due, TransferPurpose.Reward));
        }
    }

    private void Burn(int index, TransferSource source, Amount amount) => _transfers.Add(Transfer.Burn(_tasks[index], source, amount));
}
