using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>One request under sampling: draws, collects claims, decides by <see cref="SamplingRules"/>, settles, writes the receipt. Used once, by one caller.</summary>
internal sealed class SamplingRun
{
    private readonly SamplingOptions _options;
    private readonly InferenceOrder _order;
    private readonly InferenceNetwork _network;
    private readonly WeightTree _stakes;
    private readonly Signed<LedgerHead> _openingHead;
    private readonly SamplingTerms _terms;
    private readonly Digest _secret;
    private readonly Signed<InferenceRequest> _request;
    private readonly TaskRunner _tasks;
    private readonly List<Incident> _incidents = [];
    private readonly List<(SeatRecord Record, NamedTensors? Outputs)> _seats = [];
    private readonly List<Attempt> _withheld = [];
    private readonly HashSet<NodeId> _failed = [];
    private NamedTensors? _asserterOutputs;
    private NamedTensors? _validatorOutputs;

    public SamplingRun(SamplingOptions options, string strategy, InferenceOrder order, InferenceNetwork network)
    {
        _options = options;
        _order = order;
        _network = network;
        if (!string.Equals(order.Profile.Comparison, options.Comparer.Name, StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected an order whose profile compares by '{options.Comparer.Name}', got '{order.Profile.Comparison}'.", nameof(order));
        }

        (_openingHead, _stakes) = network.Ledger.SignHeadWithStakes();
        if (_stakes.Count == 0)
        {
            throw new InvalidOperationException("Expected providers with stake on the ledger, got none: a provider bonds stake before it can be drawn.");
        }

        long deadline = network.Now + (long)options.AnswerWindow.TotalMilliseconds;
        _terms = TermsOf(options, network, deadline);
        Amount needed = _terms.Escrow * (ulong)(2 + options.VoterSeats);
        Amount balance = network.Ledger.BalanceOf(order.Requester.PublicKey.Id);
        if (balance < needed)
        {
            throw new InvalidOperationException($"Expected the requester to hold {needed} units for escrows (most come back), got {balance}: deposit more.");
        }

        _secret = order.Randomness.NextDigest();
        _request = order.Requester.Sign(new InferenceRequest
        {
            Ledger = network.Ledger.Id,
            Requester = order.Requester.PublicKey.Id,
            Work = new WorkDescription(order.ModelId, CommittedTensors.Of(order.Inputs), order.Options, order.Profile),
            Strategy = strategy,
            Terms = new OpaqueBytes(_terms.ToBytes()),
            AuditCommitment = AuditSecret.Commit(_secret),
            StakesRoot = _stakes.Root,
            Nonce = order.Randomness.NextDigest(),
            Deadline = deadline,
        });
        RequestDigest = _request.Body.Digest;
        _tasks = new TaskRunner(network, order.Requester, order.Inputs, options.AcceptWindow);
    }

    private Digest RequestDigest { get; }

    public async ValueTask<VerificationOutcome> RunAsync(CancellationToken cancellationToken)
    {
        if (await FillAsync(TaskRole.Asserter, default, [], cancellationToken).ConfigureAwait(false) is not { } asserter)
        {
            return Nothing(VerdictReason.NoProvider);
        }

        Digest? beacon = null;
        if (asserter.Task.Posting is { } posting && asserter.Task.Outcome is TaskOutcome.Answered or TaskOutcome.Withheld)
        {
            (bool isOut, beacon) = await ReadBeaconAsync(cancellationToken).ConfigureAwait(false);
            if (!isOut)
            {
                return Nothing(VerdictReason.OpeningWithheld);
            }

            asserter = await AuditAsync(asserter, posting.Body.Claim, beacon, cancellationToken).ConfigureAwait(false);
        }

        foreach (Attempt withheld in _withheld)
        {
            TaskResult resolved = await _tasks.ResolveAsync(withheld.Envelope, withheld.Task, Latest, cancellationToken).ConfigureAwait(false);
            _ = Keep(withheld with { Task = resolved });
        }

        if (asserter.Task.Outcome == TaskOutcome.Withheld)
        {
            // Not revealed, and too late to be called silent: the ledger closes the task by itself.
            return Nothing(VerdictReason.OutputWithheld);
        }

        _seats.Insert(0, (RecordOf(asserter), asserter.Task.Outputs));
        return Settle(beacon);
    }

    private static SamplingTerms TermsOf(SamplingOptions options, InferenceNetwork network, long deadline)
    {
        if (options.UsesBeacon && network.Beacon is null)
        {
            throw new InvalidOperationException("Expected a network with a public beacon, got none: the options ask for one.");
        }

        // After the deadline of the last attempt to find an asserter.
        ulong round = options.UsesBeacon ? network.Beacon!.RoundAfter(deadline + (long)(options.MaxAttempts * options.AcceptWindow).TotalMilliseconds) : 0;
        return new SamplingTerms
        {
            AuditRate = Probability64.FromDouble(options.AuditRate),
            Reward = options.Reward,
            Slash = options.Slash,
            Bounty = options.Bounty,
            VoterSeats = (ushort)options.VoterSeats,
            MaxAttempts = (ushort)options.MaxAttempts,
            Limit = options.Limit,
            OpeningWindow = (long)options.OpeningWindow.TotalMilliseconds,
            BeaconName = options.UsesBeacon ? network.Beacon!.Name : string.Empty,
            BeaconRound = round,
            BeaconTime = options.UsesBeacon ? network.Beacon!.TimeOf(round) : 0,
        };
    }

    private async ValueTask<(bool IsOut, Digest? Value)> ReadBeaconAsync(CancellationToken cancellationToken)
    {
        if (!_options.UsesBeacon)
        {
            return (true, null);
        }

        await _network.WaitUntilAsync(_terms.BeaconTime, cancellationToken).ConfigureAwait(false);
        bool isOut = _network.Beacon!.TryGetValue(_terms.BeaconRound, out Digest value);
        return (isOut, value);
    }

    // Checks the answer where the coin says so, or where it was withheld; returns the asserter's task as it then stands.
    private async ValueTask<Attempt> AuditAsync(Attempt asserter, Digest claim, Digest? beacon, CancellationToken cancellationToken)
    {
        bool withheld = asserter.Task.Outcome == TaskOutcome.Withheld;
        if (!withheld && !_terms.AuditRate.Covers(AuditDraws.Coin(_secret, claim, beacon)))
        {
            return asserter;
        }

        Digest after = AuditDraws.After(claim, beacon);
        _asserterOutputs = asserter.Task.Outputs;
        Attempt? validator = await FillAsync(TaskRole.Validator, after, [asserter.Leaf], cancellationToken).ConfigureAwait(false);
        if (withheld && _tasks.Demand(asserter.Envelope) == LedgerRefusal.None)
        {
            // Only now: what is revealed on the ledger before the checker has claimed could be copied.
            asserter = asserter with { Task = await _tasks.ResolveAsync(asserter.Envelope, asserter.Task, Latest, cancellationToken).ConfigureAwait(false) };
        }

        if (validator is null || asserter.Task.Claim is null)
        {
            return asserter;
        }

        double distance = _options.Comparer.ComparesCommitments
            ? _options.Comparer.Measure(asserter.Task.Claim.Body.Outputs, validator.Task.Claim!.Body.Outputs)
            : _seats[^1].Record.DistanceToAsserter;
        if (distance > _options.Limit)
        {
            _validatorOutputs = validator.Task.Outputs;
            await VoteAsync(after, [asserter.Leaf, validator.Leaf], cancellationToken).ConfigureAwait(false);
        }

        return asserter;
    }

    // All seats of the vote at once, attempt by attempt: whoever stalls delays its own seat only.
    private async ValueTask VoteAsync(Digest claim, int[] excluded, CancellationToken cancellationToken)
    {
        SortedSet<int> empty = [.. Enumerable.Range(0, _options.VoterSeats)];
        for (int attempt = 0; attempt < _options.MaxAttempts && empty.Count > 0 && HasTimeFor(TaskRole.Voter); attempt++)
        {
            List<(Seat Seat, int Leaf)> draws = [];
            foreach (int index in empty)
            {
                Seat seat = new(TaskRole.Voter, (ushort)index, (ushort)attempt);
                int leaf = StakeDraw.Draw(_stakes, _secret, RequestDigest, seat, claim, excluded);
                if (leaf >= 0 && (!_failed.Contains(ProviderOf(leaf)) || HolderOf(leaf) >= 0))
                {
                    draws.Add((seat, leaf));
                }
            }

            // The first seat for which a provider is drawn is its own; a later one shares the answer.
            (Seat Seat, int Leaf)[] firsts = [.. draws.Where(draw => HolderOf(draw.Leaf) < 0).DistinctBy(static draw => draw.Leaf)];
            Attempt[] attempts = await Task.WhenAll(firsts.Select(draw => TryAsync(draw.Seat, draw.Leaf, cancellationToken).AsTask())).ConfigureAwait(false);
            foreach (Attempt task in attempts)
            {
                if (Keep(task))
                {
                    _ = empty.Remove(task.Seat.Index);
                }
            }

            foreach ((Seat seat, int leaf) in draws.Where(draw => empty.Contains(draw.Seat.Index)))
            {
                if (HolderOf(leaf) is >= 0 and int holder)
                {
                    _seats.Add((_seats[holder].Record.ShareWith(seat), _seats[holder].Outputs));
                    _ = empty.Remove(seat.Index);
                }
            }
        }
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

    private async ValueTask<Attempt> TryAsync(Seat seat, int leaf, CancellationToken cancellationToken)
    {
        long next = _network.Now + (long)_options.AnswerWindow.TotalMilliseconds;
        long deadline = seat.Role == TaskRole.Asserter ? Math.Max(next, _request.Body.Deadline) : next;
        TaskEnvelope envelope = SamplingEnvelopes.Create(_request.Body, _terms, _secret, seat, ProviderOf(leaf), deadline);
        return new Attempt(seat, leaf, envelope, await _tasks.RunAsync(envelope, cancellationToken).ConfigureAwait(false));
    }

    // Writes an attempt of a checker or voter down; tells whether its answer counts.
    private bool Keep(Attempt attempt)
    {
        Report(attempt);
        switch (attempt.Task.Outcome)
        {
            case TaskOutcome.Answered:
                _seats.Add((Measure(RecordOf(attempt), attempt.Task.Outputs), attempt.Task.Outputs));
                return true;
            case TaskOutcome.Silent or TaskOutcome.Equivocated or TaskOutcome.Revealed:
                _seats.Add((RecordOf(attempt), null));
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

    private void Report(Attempt attempt) =>
        _incidents.AddRange(attempt.Task.Faults.Select(fault => new Incident(ProviderOf(attempt.Leaf), attempt.Seat, fault)).Where(incident => !_incidents.Contains(incident)));

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

    private bool HasTimeFor(TaskRole role) =>
        role == TaskRole.Asserter || _network.Now + (long)_options.AnswerWindow.TotalMilliseconds + (_terms.OpeningWindow / 4) <= Latest;

    private SeatRecord Measure(SeatRecord record, NamedTensors? outputs) => _options.Comparer.ComparesCommitments || outputs is null
        ? record
        : record with
        {
            DistanceToAsserter = _asserterOutputs is null ? double.NaN : _options.Comparer.Measure(outputs, _asserterOutputs),
            DistanceToValidator = _validatorOutputs is null ? double.NaN : _options.Comparer.Measure(outputs, _validatorOutputs),
        };

    private VerificationOutcome Nothing(VerdictReason reason) => new()
    {
        Verdict = Verdict.Undetermined(reason),
        Incidents = [.. _incidents],
        AuditProbability = _terms.AuditRate.ToDouble(),
    };

    private VerificationOutcome Settle(Digest? beacon)
    {
        (SeatRecord Record, NamedTensors? Outputs)[] seats = [.. _seats.OrderBy(static seat => (seat.Record.Seat.Role, seat.Record.Seat.Attempt, seat.Record.Seat.Index))];
        SamplingRecord record = new(_secret, beacon, [.. seats.Select(static seat => seat.Record)]);
        SamplingDecision decision = SamplingRules.Decide(_request.Body, _terms, record, _options.Comparer);
        ReceiptCase evidence = new()
        {
            Request = _request.Body,
            RequesterKey = _request.Signer,
            OperatorKey = _openingHead.Signer,
            OpeningHead = _openingHead.Body,
            Record = record.ToOpaqueBytes(),
            Signatures = [_request.Signature, _openingHead.Signature, .. record.Signatures],
        };
        SettlementResult settled = _network.Ledger.Settle(evidence);
        VerificationOutcome outcome = new()
        {
            Verdict = decision.Verdict,
            Output = decision.BestSeat >= 0 ? seats[decision.BestSeat].Outputs : null,
            OutputProvider = decision.BestSeat >= 0 ? record.Seats[decision.BestSeat].Provider.Id : null,
            Asserter = record.Asserter.Provider.Id,
            WasAudited = SamplingRules.IndexOfValidator(record) >= 0,
            Slashed = [.. decision.Convicted.Select(index => record.Seats[index].Provider.Id)],
            Incidents = [.. _incidents],
            Computations = record.Seats.Count(static seat => seat.HasClaim),
            AuditProbability = _terms.AuditRate.ToDouble(),
        };

        if (settled.Refusal == LedgerRefusal.EvidenceRefused)
        {
            ReceiptChecklist checklist = new();
            _ = SamplingEvidence.Conclude(evidence, _options.Comparer, _network.Ledger.Schemes, checklist);
            throw new InvalidOperationException($"Expected a ledger that settles by this strategy's evidence, got one that refuses it: {checklist.ToCheck().Refuted?.Note ?? "its judge compares otherwise"}");
        }

        // The only other way to be refused is to be late: then the ledger pays the provider and burns the rest, and no conclusion is drawn.
        return settled.Refusal != LedgerRefusal.None
            ? outcome with { Verdict = Verdict.Undetermined(VerdictReason.OpeningWithheld), Slashed = [] }
            : outcome with
            {
                Receipt = new Receipt
                {
                    Case = evidence,
                    Verdict = decision.Verdict,
                    HashBeforeSettlement = settled.HashBefore,
                    ClosingHead = settled.Head!.Body,
                    ClosingSignature = settled.Head.Signature,
                },
            };
    }

    private sealed record Attempt(Seat Seat, int Leaf, TaskEnvelope Envelope, TaskResult Task);
}
