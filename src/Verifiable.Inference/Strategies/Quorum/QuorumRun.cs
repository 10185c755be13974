using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>One request under a quorum, from the secret to the settlement, and to the settlement of those who were late.</summary>
internal sealed class QuorumRun
{
    private readonly QuorumOptions _options;
    private readonly InferenceOrder _order;
    private readonly InferenceNetwork _network;
    private readonly WeightTree _stakes;
    private readonly Signed<LedgerHead> _openingHead;
    private readonly QuorumTerms _terms;
    private readonly Digest _secret;
    private readonly Signed<InferenceRequest> _request;
    private readonly TaskRunner _tasks;
    private readonly List<Incident> _incidents = [];
    private readonly HashSet<QuorumPlace> _counted = [];
    private readonly Dictionary<Seat, int> _drawn = [];
    private readonly QuorumCommittee _first;
    private QuorumCommittee? _second;
    private Digest? _beacon;

    public QuorumRun(QuorumOptions options, string strategy, InferenceOrder order, InferenceNetwork network)
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

        long deadline = network.Now + Milliseconds(options.AnswerWindow);
        _terms = TermsOf(options, _stakes.Count, deadline);
        if (options.Beacon is { } beacon)
        {
            BeaconEvidence.ThrowIfEnded(beacon, _terms.BeaconRound);
        }

        Amount needed = _terms.Escrow * (ulong)(_terms.Seats + _terms.EscalationSeats);
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
        _first = new QuorumCommittee(SetupOf(TaskRole.Asserter));
    }

    private Digest RequestDigest { get; }

    // All tasks are settled together, before the first of their openings is due.
    private long Latest => _request.Body.Deadline + _terms.OpeningWindow - Milliseconds(_options.AcceptWindow);

    // The last moment at which a seat of the deciding committee is still worth an envelope.
    private long LatestStart => Latest - Milliseconds(_options.AnswerWindow) - (_terms.OpeningWindow / 4);

    // The judge refuses a deciding committee whose beacon may have been out before the first one had claimed.
    private long LastClaim => _terms.Convicts ? BeaconEvidence.LastClaim(_terms.BeaconTime) : long.MaxValue;

    public async ValueTask<VerificationOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await _first.ConveneAsync(() => Count(_first) && IsDecided(TaskRole.Asserter), cancellationToken).ConfigureAwait(false);
        _ = Count(_first);
        if (!_first.Places.Any(static place => place.IsOver))
        {
            return new VerificationOutcome
            {
                Verdict = Verdict.Undetermined(VerdictReason.NoProvider),
                Incidents = Incidents,
                AuditProbability = _terms.EscalationRate.ToDouble(),
            };
        }

        Task? finishing = null;
        if (TallyOf(Ordered(_counted)).IsEscalationCalled)
        {
            // Those whom nothing waits for go on; what they withhold is demanded in time.
            finishing = _first.FinishAsync(cancellationToken);
            if (await ReadBeaconAsync(cancellationToken).ConfigureAwait(false))
            {
                _second = new QuorumCommittee(SetupOf(TaskRole.Voter));
                await _second.ConveneAsync(() => Count(_second) && IsDecided(TaskRole.Voter), cancellationToken).ConfigureAwait(false);
                _ = Count(_second);
            }
        }

        // Once, for those who go on may end meanwhile.
        ImmutableArray<QuorumPlace> settled = Ordered(Places.Where(static place => place.IsOver));
        VerificationOutcome outcome = Settle(settled);
        bool late = outcome.Receipt is not null && Places.Any(place => !settled.Contains(place) && place.MayAnswer);
        if (!late)
        {
            return outcome;
        }

        // Both at once: what is withheld in one must not wait for the other, or its demand comes too late.
        Task rest = Task.WhenAll(finishing ?? _first.FinishAsync(cancellationToken), _second?.FinishAsync(cancellationToken) ?? Task.CompletedTask);
        return outcome with { LateSettlement = SettleLateAsync(settled, rest) };
    }

    private ImmutableArray<Incident> Incidents
    {
        get
        {
            lock (_incidents)
            {
                return [.. _incidents.Distinct()];
            }
        }
    }

    private IEnumerable<QuorumPlace> Places => _first.Places.Concat(_second?.Places ?? []);

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private static QuorumTerms TermsOf(QuorumOptions options, int providers, long deadline)
    {
        // After the deadline of the last attempt to fill a seat of the first committee.
        ulong round = options.Beacon?.RoundAfter(deadline + Milliseconds(options.MaxAttempts * options.AcceptWindow) + BeaconEvidence.ClockMargin) ?? 0;
        (int seats, int threshold, int escalationSeats) = options.SizesFor(providers);
        return new QuorumTerms
        {
            Seats = (ushort)seats,
            Threshold = (ushort)threshold,
            EscalationSeats = (ushort)escalationSeats,
            EscalationRate = Probability64.FromDouble(options.EscalationRate),
            Reward = options.Reward,
            Slash = options.Slash,
            Bounty = options.Bounty,
            MaxAttempts = (ushort)options.MaxAttempts,
            EscalationAttempts = (ushort)options.EscalationAttempts,
            Limit = options.Limit,
            OpeningWindow = Milliseconds(options.OpeningWindow),
            BeaconName = options.Beacon?.Name ?? string.Empty,
            BeaconRound = round,
            BeaconTime = options.Beacon?.TimeOf(round) ?? 0,
        };
    }

    private QuorumCommitteeSetup SetupOf(TaskRole role)
    {
        bool votes = role == TaskRole.Voter;
        HashSet<int> counted = [.. _counted.Select(static place => place.Leaf)];
        return new QuorumCommitteeSetup
        {
            Role = role,
            Seats = votes ? _terms.EscalationSeats : _terms.Seats,
            DrawLimit = votes ? QuorumDraws.MaxDraws : _terms.MaxAttempts,
            Tasks = _tasks,

            // Rationale: a provider in this process computes before it returns, and must not keep those waiting whose seats come after its own.
            IsConcurrent = ReferenceEquals(_network.Time, TimeProvider.System),
            Latest = Latest,
            Draw = seat => LeafOf(seat) is int leaf && votes && _first.Places.Any(place => place.Leaf == leaf && place.Result?.Outcome != TaskOutcome.NotAccepted) ? -1 : LeafOf(seat),
            IsAllowed = seat => !votes || Enumerable.Range(0, seat.Attempt).Count(attempt => !counted.Contains(LeafOf(seat with { Attempt = (ushort)attempt }))) < _terms.EscalationAttempts,
            EnvelopeOf = (seats, leaf) => QuorumHolding.EnvelopeOf(_request.Body, _terms, _secret, seats[0], seats.Count, ProviderOf(leaf), DeadlineOf(role)),
            ProviderOf = ProviderOf,
            HasTime = () => votes ? _network.Now <= LatestStart : _network.Now + Milliseconds(_options.AnswerWindow) <= LastClaim,
            Report = Report,
        };
    }

    private void Report(Incident incident)
    {
        lock (_incidents)
        {
            _incidents.Add(incident);
        }
    }

    // Each seat is drawn once: whether another draw is allowed depends on all draws before it.
    private int LeafOf(Seat seat)
    {
        if (!_drawn.TryGetValue(seat, out int leaf))
        {
            leaf = QuorumDraws.Draw(_stakes, _secret, RequestDigest, seat, _beacon);
            _drawn.Add(seat, leaf);
        }

        return leaf;
    }

    private NodeId ProviderOf(int leaf) => new(_stakes.Leaves[leaf].Key);

    private long DeadlineOf(TaskRole role)
    {
        long next = _network.Now + Milliseconds(_options.AnswerWindow);
        return role == TaskRole.Asserter ? Math.Min(Math.Max(next, _request.Body.Deadline), LastClaim) : next;
    }

    // Takes what is at hand into account; what comes after the decision decides nothing. Always true, to be written before a condition.
    private bool Count(QuorumCommittee committee)
    {
        _counted.UnionWith(committee.Places.Where(static place => place.IsOver));
        return true;
    }

    // Whether nothing that may still come can change what follows.
    private bool IsDecided(TaskRole role)
    {
        QuorumCommittee committee = role == TaskRole.Voter ? _second! : _first;
        int pending = committee.PendingSeats;
        if (pending == 0)
        {
            return false;
        }

        // Too few to win, and too many to come for a win to be out of reach: no need to count.
        int threshold = role == TaskRole.Voter ? _terms.EscalationSeats / 2 : _terms.Threshold;
        if (pending > threshold && _counted.Sum(place => place.Seats[0].Role == role ? place.Seats.Count : 0) <= threshold)
        {
            return false;
        }

        QuorumTally tally = TallyOf(Ordered(_counted));
        bool waits = role == TaskRole.Asserter && _options.WaitsForAll;
        if ((role == TaskRole.Voter ? tally.Second : tally.First) is not null)
        {
            return !waits;
        }

        IReadOnlyList<(int Holding, int Seats)> votes = tally.VotesOf(role);
        int reach = _options.Comparer.ComparesCommitments ? QuorumGroup.Largest(tally.Outputs, votes, _terms.Limit)?.Seats ?? 0 : votes.Sum(static vote => vote.Seats);
        return reach + pending <= threshold && !waits && tally.HasVotes;
    }

    private QuorumTally TallyOf(ImmutableArray<QuorumPlace> places) => new(_terms, _secret, EnvelopesOf(places), HoldingsOf(places), _options.Comparer);

    // A second committee that nobody joined is none: the beacon then drew nobody in the record.
    private Digest? BeaconOf(ImmutableArray<QuorumPlace> places) => places.Any(static place => place.Seats[0].Role == TaskRole.Voter) ? _beacon : null;

    private QuorumDecision Decide(QuorumRecord record, ImmutableArray<QuorumPlace> places)
    {
        QuorumEnvelopes envelopes = EnvelopesOf(places);
        return QuorumRules.Decide(_request.Body, _terms, record, envelopes, new QuorumTally(_terms, _secret, envelopes, record.Holdings, _options.Comparer));
    }

    private static QuorumEnvelopes EnvelopesOf(ImmutableArray<QuorumPlace> places) => new(places.Select(static place => place.Envelope));

    private async ValueTask<bool> ReadBeaconAsync(CancellationToken cancellationToken)
    {
        if (!_terms.Convicts)
        {
            return true;
        }

        _beacon = await BeaconReading.ReadAsync(_network, _options.Beacon!, _terms.BeaconRound, LatestStart, cancellationToken).ConfigureAwait(false);
        return _beacon is not null;
    }

    // In the order of the record. Where the comparison needs tensors, each output is carried once, as long as there is room.
    private ImmutableArray<QuorumHolding> HoldingsOf(ImmutableArray<QuorumPlace> places)
    {
        ImmutableArray<QuorumHolding>.Builder holdings = ImmutableArray.CreateBuilder<QuorumHolding>(places.Length);
        HashSet<CommittedTensors> carried = [];
        long bytes = 0;
        foreach (QuorumPlace place in places)
        {
            SeatRecord record = place.RecordBy(_stakes);
            NamedTensors? outputs = null;
            if (!_options.Comparer.ComparesCommitments && record.Outcome == SeatOutcome.Answered && !carried.Contains(record.Claim!.Outputs))
            {
                NamedTensors delivered = place.Result!.Outputs!;
                long size = delivered.Sum(static tensor => (long)tensor.Value.Bytes.Length);
                outputs = bytes + size <= QuorumRecord.MaxOutputBytes ? delivered : null;
                bytes += outputs is null ? 0 : size;
                _ = outputs is not null && carried.Add(record.Claim.Outputs);
            }

            holdings.Add(new QuorumHolding(record, [.. place.Seats.Skip(1)], !_counted.Contains(place), outputs));
        }

        return holdings.DrainToImmutable();
    }

    private static ImmutableArray<QuorumPlace> Ordered(IEnumerable<QuorumPlace> places) =>
        [.. places.OrderBy(static place => (place.Seats[0].Role, place.Seats[0].Attempt, place.Seats[0].Index))];

    private VerificationOutcome Settle(ImmutableArray<QuorumPlace> places)
    {
        QuorumRecord record = new(_secret, BeaconOf(places), IsSupplement: false, HoldingsOf(places));
        QuorumDecision decision = Decide(record, places);
        (SettlementResult settled, ReceiptCase evidence) = Settle(record);
        VerificationOutcome outcome = new()
        {
            Verdict = decision.Verdict,
            Output = decision.Best >= 0 ? places[decision.Best].Result!.Outputs : null,
            OutputProvider = decision.Best >= 0 ? record.Holdings[decision.Best].Provider : null,
            Asserter = record.Holdings[0].Provider,
            WasAudited = record.Holdings.Any(static holding => holding.Role == TaskRole.Voter && holding.HasClaim),
            Slashed = [.. decision.Convicted.Select(index => record.Holdings[index].Provider).Distinct()],
            Incidents = Incidents,
            Computations = record.Holdings.Count(static holding => holding.HasClaim),
            AuditProbability = _terms.EscalationRate.ToDouble(),
        };

        // The only way to be refused with sound evidence is to be late: then the ledger pays who claimed, and no conclusion is drawn.
        return settled.Refusal != LedgerRefusal.None
            ? outcome with { Verdict = Verdict.Undetermined(VerdictReason.OpeningWithheld), Slashed = [] }
            : outcome with { SettledTask = decision.Tasks[0].Task, Receipt = ReceiptOf(evidence, decision, settled) };
    }

    // Those who were not needed keep their task and its deadline: who claims in time is paid, who does not is silent.
    private async Task<Receipt?> SettleLateAsync(ImmutableArray<QuorumPlace> settled, Task finishing)
    {
        await finishing.ConfigureAwait(false);
        QuorumPlace[] late = [.. Places.Where(place => place.IsOver && !settled.Contains(place))];
        if (late.Length == 0)
        {
            return null;
        }

        ImmutableArray<QuorumPlace> places = Ordered([.. settled.Where(_counted.Contains), .. late]);
        QuorumRecord record = new(_secret, BeaconOf(places), IsSupplement: true, HoldingsOf(places));
        QuorumDecision decision = Decide(record, places);
        (SettlementResult result, ReceiptCase evidence) = Settle(record);
        return result.Refusal == LedgerRefusal.None ? ReceiptOf(evidence, decision, result) : null;
    }

    private (SettlementResult Result, ReceiptCase Evidence) Settle(QuorumRecord record)
    {
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
            _ = QuorumEvidence.Conclude(evidence, _options.Comparer, _options.Beacon, _network.Ledger.Schemes, checklist);
            throw new InvalidOperationException($"Expected a ledger that settles by this strategy's evidence, got one that refuses it: {checklist.ToCheck().Refuted?.Note ?? "its judge compares otherwise, or asks another beacon"}");
        }

        return (settled, evidence);
    }

    private static Receipt ReceiptOf(ReceiptCase evidence, QuorumDecision decision, SettlementResult settled) => new()
    {
        Case = evidence,
        Verdict = decision.Verdict,
        HashBeforeSettlement = settled.HashBefore,
        ClosingHead = settled.Head!.Body,
        ClosingSignature = settled.Head.Signature,
    };
}
