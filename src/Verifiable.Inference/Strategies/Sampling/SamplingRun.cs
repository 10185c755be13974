using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>One request under sampling: draws, collects claims, decides by <see cref="SamplingRules"/>, settles, writes the receipt. Used once, by one caller.</summary>
internal sealed partial class SamplingRun
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
    private readonly List<Filled> _seats = [];
    private readonly List<Attempt> _withheld = [];
    private readonly HashSet<NodeId> _failed = [];
    private readonly SamplingPace _pace;
    private readonly NamedTensors? _known;
    private long _openedAt;
    private NamedTensors? _asserterOutputs;
    private NamedTensors? _validatorOutputs;
    private Digest? _checkBeacon;
    private Digest? _voteBeacon;
    private bool? _isCovered;

    public SamplingRun(SamplingOptions options, string strategy, InferenceOrder order, InferenceNetwork network, SamplingPace pace = default, NamedTensors? known = null)
    {
        _options = options;
        _known = known;
        _pace = pace;
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
        _terms = TermsOf(options, pace, deadline);
        ThrowIfTooSlow(deadline);
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

    /// <summary>Gets how the answer compares with the one that the requester knows, where it knows one.</summary>
    public CanaryFinding Finding { get; private set; }

    private Digest RequestDigest { get; }

    public async ValueTask<VerificationOutcome> RunAsync(CancellationToken cancellationToken)
    {
        if (await FillAsync(TaskRole.Asserter, default, [], cancellationToken).ConfigureAwait(false) is not { } asserter)
        {
            return Nothing(VerdictReason.NoProvider);
        }

        if (asserter.Task.Posting is { } posting && asserter.Task.Outcome is TaskOutcome.Answered or TaskOutcome.Withheld)
        {
            if (_terms.CheckDelay > 0 && (_checkBeacon = await ReadBeaconAsync(_terms.CheckTime(_request.Body.Deadline), LatestStartOf(TaskRole.Validator), cancellationToken).ConfigureAwait(false)) is null)
            {
                return Nothing(VerdictReason.OpeningWithheld);
            }

            asserter = await AuditAsync(asserter, posting.Body.Claim, cancellationToken).ConfigureAwait(false);
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

        Report(asserter);
        _seats.Insert(0, new Filled(RecordOf(asserter), asserter.Task.Outputs, asserter));
        await _network.WaitUntilAsync(Math.Min(_openedAt + _pace.SettlementDelay, Latest), cancellationToken).ConfigureAwait(false);
        return Settle();
    }

    private static SamplingTerms TermsOf(SamplingOptions options, SamplingPace pace, long deadline)
    {
        // Room for every attempt to find somebody who answers, and after that for every attempt to check. Where the secret draws the checks the terms say the same in every request, for else they would
        // tell an envelope's age.
        long wait = (long)(pace.Mixer?.LongestWait ?? TimeSpan.Zero).TotalMilliseconds;
        long accept = (options.MaxAttempts * ((long)options.AcceptWindow.TotalMilliseconds + wait)) + (options.DrawsChecksByBeacon ? BeaconEvidence.ClockMargin : 0);
        long check = (options.MaxAttempts * ((long)options.AcceptWindow.TotalMilliseconds + wait + (long)options.AnswerWindow.TotalMilliseconds)) + BeaconEvidence.ClockMargin;
        long round = options.DrawsChecksByBeacon ? options.Beacon!.TimeOf(options.Beacon.RoundAfter(deadline + accept)) - deadline : accept;
        return new SamplingTerms
        {
            AuditRate = Probability64.FromDouble(options.AuditRate),
            Reward = options.Reward,
            Slash = options.Slash,
            Bounty = options.Bounty,
            VoterSeats = (ushort)options.VoterSeats,
            MaxAttempts = (ushort)options.MaxAttempts,
            VoterAttempts = (ushort)options.VoterAttempts,
            Limit = options.Limit,
            OpeningWindow = (long)options.OpeningWindow.TotalMilliseconds,
            BeaconName = options.Beacon?.Name ?? string.Empty,
            VoteDelay = options.Beacon is null ? 0 : round + check,
            CheckDelay = options.DrawsChecksByBeacon ? accept : 0,
        };
    }

    // A vote has to fit between its beacon's round and the settlement.
    private void ThrowIfTooSlow(long deadline)
    {
        if (_options.Beacon is not { } beacon)
        {
            return;
        }

        long latest = deadline + _terms.OpeningWindow - (long)_options.AcceptWindow.TotalMilliseconds;
        BeaconEvidence.ThrowIfEnded(beacon, beacon.RoundAfter(_terms.VoteTime(latest)));
        long round = beacon.TimeOf(beacon.RoundAfter(_terms.VoteTime(deadline)));
        if (round > latest - (long)_options.AnswerWindow.TotalMilliseconds - (_terms.OpeningWindow / 4))
        {
            throw new InvalidOperationException(
                $"Expected a beacon with a round soon after {_terms.VoteDelay} ms from the deadline, so that a vote fits into the opening window, got one of '{beacon.Name}' {round - deadline} ms from it: lengthen the window, or choose a faster beacon.");
        }
    }

    // Null where the value of the first round after a time does not come while it is of use.
    private ValueTask<Digest?> ReadBeaconAsync(long after, long latest, CancellationToken cancellationToken) =>
        BeaconReading.ReadAsync(_network, _options.Beacon!, _options.Beacon!.RoundAfter(after), latest, cancellationToken);

    // Checks the answer where the coin says so, or where it was withheld; returns the asserter's task as it then stands.
    private async ValueTask<Attempt> AuditAsync(Attempt asserter, Digest claim, CancellationToken cancellationToken)
    {
        bool isCovered = _terms.AuditRate.Covers(AuditDraws.Coin(_secret, claim, _checkBeacon));
        _isCovered = isCovered;
        Finding = CompareWithKnown(asserter.Task);
        if (Finding == CanaryFinding.Wrong && !isCovered && _options.Comparer.ComparesCommitments)
        {
            // Rationale: that the answer is not the known one is the requester's word, which convicts nobody. It is treated as one that was withheld: demanded on the ledger, and checked whatever the
            // coin says. Conviction then rests on two signed claims and a vote, and costs an honest provider nothing.
            asserter = asserter with { Task = asserter.Task with { Outcome = TaskOutcome.Withheld } };
        }

        bool withheld = asserter.Task.Outcome == TaskOutcome.Withheld;
        if (!withheld && !isCovered)
        {
            return asserter;
        }

        Digest after = AuditDraws.After(claim, _checkBeacon);
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
            await VoteAsync(after, asserter, validator, cancellationToken).ConfigureAwait(false);
        }

        return asserter;
    }

    // A distance that is no number is no match.
    private CanaryFinding CompareWithKnown(TaskResult answer)
    {
        if (_known is null || answer is not { Outcome: TaskOutcome.Answered, Claim: { } claim, Outputs: { } outputs })
        {
            return CanaryFinding.None;
        }

        double distance = _options.Comparer.ComparesCommitments
            ? _options.Comparer.Measure(CommittedTensors.Of(_known), claim.Body.Outputs)
            : _options.Comparer.Measure(outputs, _known);
        return distance <= _terms.Limit ? CanaryFinding.Right : CanaryFinding.Wrong;
    }

    private VerificationOutcome Nothing(VerdictReason reason) => new()
    {
        Verdict = Verdict.Undetermined(reason),
        Incidents = [.. _incidents],
        AuditProbability = _terms.AuditRate.ToDouble(),
    };

    private VerificationOutcome Settle()
    {
        Filled[] seats = _seats.Count == 1 ? [_seats[0]] : [.. _seats.OrderBy(static seat => SamplingRecord.PlaceOf(seat.Record))];
        SamplingRecord record = new(_secret, _checkBeacon, _seats.Any(static seat => seat.Record.Seat.Role == TaskRole.Voter) ? _voteBeacon : null, [.. seats.Select(static seat => seat.Record)]);
        SamplingDecision decision = SamplingRules.Decide(PapersOf(record, seats), _options.Comparer);
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
        if (settled.Refusal == LedgerRefusal.EvidenceRefused)
        {
            ReceiptChecklist checklist = new() { IsForSettlement = true };
            _ = SamplingEvidence.Conclude(evidence, _options.Comparer, _options.Beacon, _network.Ledger.Schemes, checklist);
            throw new InvalidOperationException($"Expected a ledger that settles by this strategy's evidence, got one that refuses it: {checklist.ToCheck().Refuted?.Note ?? "its judge compares otherwise, or asks another beacon"}");
        }

        // The only other way to be refused is to be late: then the ledger pays the provider and burns the rest, and no conclusion is drawn.
        bool isSettled = settled.Refusal == LedgerRefusal.None;
        return new VerificationOutcome
        {
            Verdict = isSettled ? decision.Verdict : Verdict.Undetermined(VerdictReason.OpeningWithheld),
            Output = decision.BestSeat >= 0 ? seats[decision.BestSeat].Outputs : null,
            OutputProvider = decision.BestSeat >= 0 ? record.Seats[decision.BestSeat].Provider.Id : null,
            Asserter = record.Asserter.Provider.Id,
            WasAudited = SamplingRules.IndexOfValidator(record) >= 0,
            Slashed = !isSettled || decision.Convicted.IsEmpty ? [] : [.. decision.Convicted.Select(index => record.Seats[index].Provider.Id)],
            Incidents = [.. _incidents],
            Computations = record.Seats.Count(static seat => seat.HasClaim),
            AuditProbability = _terms.AuditRate.ToDouble(),
            SettledTask = isSettled ? decision.Tasks[0].Task : null,
            Receipt = !isSettled ? null : new Receipt
            {
                Case = evidence,
                Verdict = decision.Verdict,
                HashBeforeSettlement = settled.HashBefore,
                ClosingHead = settled.Head!.Body,
                ClosingSignature = settled.Head.Signature,
            },
        };
    }

    // The envelopes that it sent, and the claims that it read, are those that follow from the record: neither need be made again.
    private SamplingPapers PapersOf(SamplingRecord record, Filled[] seats)
    {
        SamplingPapers papers = new(_request.Body, _terms, record);
        for (int i = 0; i < seats.Length; i++)
        {
            if (seats[i].Attempt is { } attempt)
            {
                papers.Take(i, attempt.Secret, attempt.Envelope, seats[i].Record.HasClaim ? attempt.Task.Claim!.Body : null);
            }
        }

        if (_isCovered is { } isCovered && record.Asserter.HasClaim)
        {
            papers.TakeCoin(isCovered);
        }

        return papers;
    }

    private sealed record Attempt(Seat Seat, int Leaf, Digest Secret, TaskEnvelope Envelope, TaskResult Task);

    // A seat as it is recorded; a shared one has no attempt of its own.
    private readonly record struct Filled(SeatRecord Record, NamedTensors? Outputs, Attempt? Attempt);
}
