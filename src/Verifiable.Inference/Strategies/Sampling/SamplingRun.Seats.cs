using System.Buffers.Binary;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>How seats are filled: draws, attempts, what is written down of them.</summary>
internal sealed partial class SamplingRun
{
    // All seats of the vote at once, draw by draw: whoever stalls delays its own seat only.
    private async ValueTask VoteAsync(Digest check, Attempt asserter, Attempt validator, CancellationToken cancellationToken)
    {
        Digest after = check;
        if (_terms.Convicts)
        {
            // Whoever the vote may convict claimed before the value was out, or the judge takes no vote; then nobody is asked for one, and nobody is found wrong.
            long time = _terms.VoteTime(_request.Body.Deadline);
            if (Math.Max(asserter.Envelope.Deadline, validator.Envelope.Deadline) > _terms.LastClaim(_request.Body.Deadline) || (_voteBeacon = await ReadBeaconAsync(time, LatestStartOf(TaskRole.Voter), cancellationToken).ConfigureAwait(false)) is not { } value)
            {
                return;
            }

            after = value;
        }

        SortedDictionary<int, VoterRow> empty = new(Enumerable.Range(0, _options.VoterSeats).ToDictionary(static index => index, static _ => new VoterRow()));
        while (HasTimeFor(TaskRole.Voter))
        {
            (Seat Seat, int Leaf)[] draws = [.. empty.Select(row => NextVoter(row.Key, row.Value, after, asserter.Leaf, validator.Leaf)).OfType<(Seat, int)>()];
            if (draws.Length == 0)
            {
                return;
            }

            // The first seat for which a provider is drawn is its own; a later one shares the answer.
            (Seat Seat, int Leaf)[] firsts = [.. draws.Where(draw => HolderOf(draw.Leaf) < 0).DistinctBy(static draw => draw.Leaf)];
            foreach (Attempt task in await Task.WhenAll([.. firsts.Select(draw => TryLaterAsync(draw.Seat, draw.Leaf, DrawPause(), cancellationToken).AsTask())]).ConfigureAwait(false))
            {
                if (Keep(task))
                {
                    _ = empty.Remove(task.Seat.Index);
                }
            }

            foreach ((Seat seat, int leaf) in draws.Where(draw => empty.ContainsKey(draw.Seat.Index)))
            {
                if (HolderOf(leaf) is >= 0 and int holder)
                {
                    _seats.Add(new Filled(_seats[holder].Record.ShareWith(seat), _seats[holder].Outputs, null));
                    _ = empty.Remove(seat.Index);
                }
                else
                {
                    empty[seat.Index].Refused++;
                }
            }
        }
    }

    // The next draw of a voter's seat that is worth a try. A draw of one of the two sides is none; one of somebody who failed before counts as refused, as the judge counts it.
    private (Seat Seat, int Leaf)? NextVoter(int index, VoterRow row, Digest after, params ReadOnlySpan<int> sides)
    {
        while (row.Next < SamplingRules.MaxVoterDraws && row.Refused < _terms.VoterAttempts)
        {
            Seat seat = new(TaskRole.Voter, (ushort)index, (ushort)row.Next++);
            int leaf = CommitteeDraws.Draw(_stakes, _secret, RequestDigest, seat, after);
            if (sides.Contains(leaf))
            {
                continue;
            }

            if (!_failed.Contains(ProviderOf(leaf)) || HolderOf(leaf) >= 0)
            {
                return (seat, leaf);
            }

            row.Refused++;
        }

        return null;
    }

    // Draws providers for a seat until one answers. An asserter is found once it accepted, whatever it does then.
    private async ValueTask<Attempt?> FillAsync(TaskRole role, Digest after, int[] excluded, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < _options.MaxAttempts && HasTimeFor(role); attempt++)
        {
            Seat seat = new(role, 0, (ushort)attempt);
            int leaf = StakeDraw.Draw(_stakes, _secret, RequestDigest, seat, after, excluded);
            if (leaf < 0)
            {
                return null;
            }

            if (_failed.Contains(ProviderOf(leaf)))
            {
                continue;
            }

            Attempt task = await TryAsync(seat, leaf, cancellationToken).ConfigureAwait(false);
            if (task.Task.Outcome == TaskOutcome.NotOpened)
            {
                return role == TaskRole.Asserter
                    ? throw new InvalidOperationException($"Expected the requester to hold {_terms.Escrow} units for the escrow of a task, got {_network.Ledger.BalanceOf(_order.Requester.PublicKey.Id)}: deposit more.")
                    : null;
            }

            if (role == TaskRole.Asserter && task.Task.Outcome != TaskOutcome.NotAccepted)
            {
                Report(task);
                return task;
            }

            if (Keep(task))
            {
                return task;
            }
        }

        return null;
    }

    // Where envelopes are hidden, each of a vote leaves at a time of its own.
    private long DrawPause()
    {
        if (_pace.VoteSpread == 0)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _order.Randomness.Fill(bytes);
        long pause = (long)(BinaryPrimitives.ReadUInt64LittleEndian(bytes) % (ulong)_pace.VoteSpread);
        return Math.Clamp(pause, 0, Math.Max(0, LatestStartOf(TaskRole.Voter) - _network.Now));
    }

    private async ValueTask<Attempt> TryLaterAsync(Seat seat, int leaf, long pause, CancellationToken cancellationToken)
    {
        await _network.WaitUntilAsync(_network.Now + pause, cancellationToken).ConfigureAwait(false);
        return await TryAsync(seat, leaf, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Attempt> TryAsync(Seat seat, int leaf, CancellationToken cancellationToken)
    {
        if (_pace.Mixer is { } mixer)
        {
            await mixer.EnterAsync(cancellationToken).ConfigureAwait(false);
        }

        long now = _network.Now;
        _openedAt = seat.Role == TaskRole.Asserter ? now : _openedAt;
        long next = now + (long)_options.AnswerWindow.TotalMilliseconds;
        long deadline = seat.Role == TaskRole.Asserter ? Math.Max(next, _request.Body.Deadline) : next;
        Digest secret = AuditDraws.EnvelopeSecret(_secret, RequestDigest, seat);
        TaskEnvelope envelope = SamplingEnvelopes.Create(_request.Body, _terms, _secret, secret, seat, ProviderOf(leaf), deadline);
        return new Attempt(seat, leaf, secret, envelope, await _tasks.RunAsync(envelope, cancellationToken).ConfigureAwait(false));
    }

    // Writes an attempt of a checker or voter down; tells whether its answer counts.
    private bool Keep(Attempt attempt)
    {
        Report(attempt);
        switch (attempt.Task.Outcome)
        {
            case TaskOutcome.Answered:
                _seats.Add(new Filled(Measure(RecordOf(attempt), attempt.Task.Outputs), attempt.Task.Outputs, attempt));
                return true;
            case TaskOutcome.Silent or TaskOutcome.Equivocated or TaskOutcome.Revealed:
                _seats.Add(new Filled(RecordOf(attempt), null, attempt));
                break;
            case TaskOutcome.Withheld when !_withheld.Contains(attempt) && _tasks.Demand(attempt.Envelope) == LedgerRefusal.None:
                _withheld.Add(attempt);
                break;
            default:
                break;
        }

        _ = _failed.Add(ProviderOf(attempt.Leaf));
        return false;
    }

    private void Report(Attempt attempt)
    {
        foreach (ProviderFault fault in attempt.Task.Faults)
        {
            Incident incident = new(ProviderOf(attempt.Leaf), attempt.Seat, fault);
            if (!_incidents.Contains(incident))
            {
                _incidents.Add(incident);
            }
        }
    }

    private NodeId ProviderOf(int leaf) => new(_stakes.Leaves[leaf].Key);

    // The vote that the provider gave itself; −1 when there is none.
    private int HolderOf(int leaf)
    {
        NodeId provider = ProviderOf(leaf);
        return _seats.FindIndex(seat => seat.Record.Seat.Role == TaskRole.Voter && seat.Record.Outcome == SeatOutcome.Answered && seat.Record.Provider.Id == provider);
    }

    private SeatRecord RecordOf(Attempt attempt) => SeatRecord.Of(attempt.Seat, _stakes.Prove(attempt.Leaf), attempt.Envelope.Deadline, attempt.Task);

    // All tasks are settled together, before the first of their openings is due.
    private long Latest => _request.Body.Deadline + _terms.OpeningWindow - (long)_options.AcceptWindow.TotalMilliseconds;

    private bool HasTimeFor(TaskRole role) => _network.Now <= LatestStartOf(role);

    // The last moment at which a seat is still worth an envelope. A checker claims before the beacon that draws voters is out.
    private long LatestStartOf(TaskRole role)
    {
        long answer = (long)_options.AnswerWindow.TotalMilliseconds;
        long settled = Latest - (_terms.OpeningWindow / 4) - answer;
        return role switch
        {
            TaskRole.Asserter => long.MaxValue,
            TaskRole.Validator when _terms.Convicts => Math.Min(settled, _terms.LastClaim(_request.Body.Deadline) - answer),
            _ => settled,
        };
    }

    private SeatRecord Measure(SeatRecord record, NamedTensors? outputs) => _options.Comparer.ComparesCommitments || outputs is null
        ? record
        : record with
        {
            DistanceToAsserter = _asserterOutputs is null ? double.NaN : _options.Comparer.Measure(outputs, _asserterOutputs),
            DistanceToValidator = _validatorOutputs is null ? double.NaN : _options.Comparer.Measure(outputs, _validatorOutputs),
        };

    private sealed class VoterRow
    {
        public int Next { get; set; }

        public int Refused { get; set; }
    }
}
