using Verifiable.Inference.Commitments;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>Builds the settlement of a record: who is paid out of the escrows, and how the slash of a convicted provider is shared and burnt.</summary>
internal sealed class SamplingSettlement
{
    private readonly SamplingTerms _terms;
    private readonly SamplingRecord _record;
    private readonly Digest[] _tasks;
    private readonly TaskSettlement[] _closings;
    private readonly List<Transfer> _transfers = [];
    private SortedSet<int>? _convicted;

    public SamplingSettlement(SamplingPapers papers)
    {
        _terms = papers.Terms;
        _record = papers.Record;
        SamplingRecord record = _record;
        _tasks = new Digest[record.Seats.Length];
        _closings = new TaskSettlement[record.Seats.Length];
        for (int i = 0; i < _tasks.Length; i++)
        {
            SeatRecord seat = record.Seats[i];
            _tasks[i] = seat.Outcome == SeatOutcome.Shared ? default : papers.EnvelopeOf(i).Digest;
            _closings[i] = new TaskSettlement(_tasks[i], CauseOf(seat.Outcome), papers.SecretOf(i))
            {
                IsRevealed = seat.Outcome == SeatOutcome.Revealed,
                Claim = seat.HasClaim ? papers.ClaimOf(i).Digest : seat.PostedClaim,
            };
            if (seat.Outcome is SeatOutcome.Silent or SeatOutcome.Equivocated)
            {
                // Rationale: silence costs as much as being caught, and nobody gains by it.
                Burn(i, _terms.Slash);
            }
        }
    }

    /// <summary>Pays the reward of a seat from its own escrow.</summary>
    public void Pay(int index) => Transfer(index, TransferSource.Escrow, _record.Seats[index], _terms.Reward, TransferPurpose.Reward);

    /// <summary>Burns the reward of a seat: its provider is not paid, and the requester does not save it.</summary>
    public void BurnReward(int index) => Transfer(index, TransferSource.Escrow, recipient: null, _terms.Reward, TransferPurpose.Burn);

    /// <summary>Pays the reward of a seat, if there is one.</summary>
    public void PayIf(int index)
    {
        if (index >= 0)
        {
            Pay(index);
        }
    }

    /// <summary>Pays the reward of each provider among these seats once.</summary>
    public void PayEach(ReadOnlySpan<int> seats)
    {
        foreach (int index in seats)
        {
            if (_record.Seats[index].Outcome != SeatOutcome.Shared)
            {
                Pay(index);
            }
        }
    }

    /// <summary>Pays checkers and voters whose claims were only revealed: those whose outputs are the right ones, or all where nobody knows which are. The rewards of the others are burnt: a
    /// requester that denies a delivery, and has friends say what is right, must not have the work for nothing.</summary>
    /// <param name="right">The right outputs; <see langword="null"/> where nobody knows.</param>
    public void PayRevealed(CommittedTensors? right) => CloseRevealed(right, isComparable: true);

    /// <summary>Burns the rewards of checkers and voters whose claims were only revealed, where commitments cannot be compared.</summary>
    public void BurnRevealed() => CloseRevealed(null, isComparable: false);

    /// <summary>Takes the slash of a seat: the bounty to the honest side, the voters' pay, the rest burnt.</summary>
    public void Convict(int index, int bounty, ReadOnlySpan<int> voters)
    {
        Amount left = _terms.Slash;
        if (bounty >= 0)
        {
            left -= TakeFromStake(index, bounty, _terms.Bounty, TransferPurpose.Bounty);
        }

        foreach (int voter in voters)
        {
            // A provider that holds two seats computed once and is paid once.
            if (_record.Seats[voter].Outcome != SeatOutcome.Shared)
            {
                left -= TakeFromStake(index, voter, _terms.Reward, TransferPurpose.VoterPay);
            }
        }

        Burn(index, left);
        _closings[index] = _closings[index] with { Cause = SettlementCause.Convicted };
    }

    /// <summary>Ends the settlement.</summary>
    public SamplingDecision Close(Verdict verdict, int best) => new(
        verdict,
        _record.Seats.Any(static seat => seat.Outcome == SeatOutcome.Shared) ? [.. _closings.Where((_, index) => _record.Seats[index].Outcome != SeatOutcome.Shared)] : [.. _closings],
        [.. _transfers],
        _convicted is null ? [] : [.. _convicted],
        best);

    private static SettlementCause CauseOf(SeatOutcome outcome) => outcome switch
    {
        SeatOutcome.Silent => SettlementCause.Silent,
        SeatOutcome.Equivocated => SettlementCause.Convicted,
        _ => SettlementCause.Served,
    };

    private void CloseRevealed(CommittedTensors? right, bool isComparable)
    {
        for (int i = 1; i < _record.Seats.Length; i++)
        {
            if (_record.Seats[i].Outcome == SeatOutcome.Revealed)
            {
                if (isComparable && (right is null || _record.Seats[i].Claim!.Outputs.Equals(right)))
                {
                    Pay(i);
                }
                else
                {
                    BurnReward(i);
                }
            }
        }
    }

    private Amount TakeFromStake(int index, int recipient, Amount amount, TransferPurpose purpose)
    {
        Transfer(index, TransferSource.Stake, _record.Seats[recipient], amount, purpose);
        return amount;
    }

    private void Burn(int index, Amount amount)
    {
        Transfer(index, TransferSource.Stake, recipient: null, amount, TransferPurpose.Burn);
        _ = (_convicted ??= []).Add(index);
    }

    private void Transfer(int index, TransferSource source, SeatRecord? recipient, Amount amount, TransferPurpose purpose)
    {
        if (amount > Amount.Zero)
        {
            _transfers.Add(new Transfer(_tasks[index], source, recipient?.Provider.Id ?? default, amount, purpose));
        }
    }
}
