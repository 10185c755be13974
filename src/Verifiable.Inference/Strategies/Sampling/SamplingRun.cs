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
    private readonly List<SeatRecord> _seats = [];
    private readonly List<NamedTensors?> _outputs = [];
    private readonly HashSet<NodeId> _failed = [];

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
        int asserter = await FillAsync(TaskRole.Asserter, default, [], cancellationToken).ConfigureAwait(false);
        if (asserter < 0)
        {
            return new VerificationOutcome
            {
                Verdict = Verdict.Undetermined(VerdictReason.NoProvider),
                Incidents = [.. _incidents],
                AuditProbability = _terms.AuditRate.ToDouble(),
            };
        }

        Digest? beacon = await ReadBeaconAsync(cancellationToken).ConfigureAwait(false);
        bool audited = false;
        if (_seats[asserter].HasClaim)
        {
            audited = await AuditAsync(asserter, beacon, cancellationToken).ConfigureAwait(false);
        }

        return Settle(new SamplingRecord(_secret, beacon, [.. _seats]), audited);
    }

    private static SamplingTerms TermsOf(SamplingOptions options, InferenceNetwork network, long deadline)
    {
        if (options.UsesBeacon && network.Beacon is null)
        {
            throw new InvalidOperationException("Expected a network with a public beacon, got none: the options ask for one.");
        }

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
            BeaconRound = options.UsesBeacon ? network.Beacon!.RoundAfter(deadline) : 0,
        };
    }

    private async ValueTask<Digest?> ReadBeaconAsync(CancellationToken cancellationToken)
    {
        if (!_options.UsesBeacon)
        {
            return null;
        }

        await _network.WaitUntilAsync(_network.Beacon!.TimeOf(_terms.BeaconRound), cancellationToken).ConfigureAwait(false);
        return _network.Beacon.TryGetValue(_terms.BeaconRound, out Digest value)
            ? value
            : throw new InvalidOperationException($"Expected round {_terms.BeaconRound} of the beacon '{_terms.BeaconName}' to be out, got nothing.");
    }

    private async ValueTask<bool> AuditAsync(int asserter, Digest? beacon, CancellationToken cancellationToken)
    {
        Digest claim = _seats[asserter].Claim!.Restore(EnvelopeOf(_seats[asserter])).Digest;
        SamplingRecord soFar = new(_secret, beacon, [.. _seats]);
        if (!SamplingRules.IsAudited(_terms, soFar, claim) && _seats[asserter].Outcome == SeatOutcome.Answered)
        {
            return false;
        }

        int asserterLeaf = (int)_seats[asserter].Stake.Index;
        int validator = await FillAsync(TaskRole.Validator, claim, [asserterLeaf], cancellationToken).ConfigureAwait(false);
        if (validator < 0)
        {
            return true;
        }

        double distance = _options.Comparer.ComparesCommitments
            ? _options.Comparer.Measure(_seats[asserter].Claim!.Outputs, _seats[validator].Claim!.Outputs)
            : _seats[validator].DistanceToAsserter;
        if (double.IsNaN(distance) || distance <= _options.Limit)
        {
            return true;
        }

        await VoteAsync(claim, [asserterLeaf, (int)_seats[validator].Stake.Index], cancellationToken).ConfigureAwait(false);
        return true;
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
                if (leaf >= 0 && !_failed.Contains(ProviderOf(leaf)))
                {
                    draws.Add((seat, leaf));
                }
            }

            // The first seat for which a provider is drawn is its own; a later one shares the answer.
            (Seat Seat, int Leaf)[] firsts = [.. draws.Where(draw => HolderOf(draw.Leaf) < 0).DistinctBy(static draw => draw.Leaf)];
            Attempt[] attempts = await Task.WhenAll(firsts.Select(draw => TryAsync(draw.Seat, draw.Leaf, cancellationToken).AsTask())).ConfigureAwait(false);
            foreach ((Seat seat, int leaf) in draws)
            {
                int holder = HolderOf(leaf);
                int filled = holder >= 0 && _seats[holder].HasClaim ? Add(_seats[holder].ShareWith(seat), _outputs[holder])
                    : Array.FindIndex(firsts, first => first.Seat == seat) is >= 0 and int first ? Keep(attempts[first])
                    : -1;
                if (filled >= 0 && _seats[filled].IsVote)
                {
                    _ = empty.Remove(seat.Index);
                }
            }
        }
    }

    // Draws providers for a seat until one gives a claim; returns the index of its record, or −1. An asserter's silence or equivocation ends the request too.
    private async ValueTask<int> FillAsync(TaskRole role, Digest after, int[] excluded, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < _options.MaxAttempts && HasTimeFor(role); attempt++)
        {
            Seat seat = new(role, 0, (ushort)attempt);
            int leaf = StakeDraw.Draw(_stakes, _secret, RequestDigest, seat, after, excluded);
            if (leaf < 0)
            {
                return -1;
            }

            if (_failed.Contains(ProviderOf(leaf)))
            {
                continue;
            }

            int filled = Keep(await TryAsync(seat, leaf, cancellationToken).ConfigureAwait(false));
            if (filled >= 0 && (_seats[filled].HasClaim || role == TaskRole.Asserter))
            {
                return filled;
            }
        }

        return -1;
    }

    private async ValueTask<Attempt> TryAsync(Seat seat, int leaf, CancellationToken cancellationToken)
    {
        NodeId provider = ProviderOf(leaf);
        long deadline = seat.Role == TaskRole.Asserter ? Math.Max(NextDeadline, _request.Body.Deadline) : NextDeadline;
        TaskEnvelope envelope = SamplingEnvelopes.Create(_request.Body, _terms, _secret, seat, provider, deadline);
        TaskResult task = await _tasks.RunAsync(envelope, _terms.Escrow, LatestFor(seat.Role), cancellationToken).ConfigureAwait(false);
        return new Attempt(seat, leaf, deadline, task);
    }

    // Writes an attempt down; returns the index of its record, or −1 when the provider did not accept or cannot be judged in time.
    private int Keep(Attempt attempt)
    {
        NodeId provider = ProviderOf(attempt.Leaf);
        _incidents.AddRange(attempt.Task.Faults.Select(fault => new Incident(provider, attempt.Seat, fault)));
        if (attempt.Task.Outcome is TaskOutcome.NotAccepted or TaskOutcome.Unfinished)
        {
            _ = _failed.Add(provider);
            return -1;
        }

        SeatRecord record = SeatRecord.Of(attempt.Seat, _stakes.Prove(attempt.Leaf), attempt.Deadline, attempt.Task);
        if (!record.HasClaim)
        {
            _ = _failed.Add(provider);
        }

        return Add(Measure(record, attempt.Task.Outputs), attempt.Task.Outputs);
    }

    private NodeId ProviderOf(int leaf) => new(_stakes.Leaves[leaf].Key);

    // The record of the vote that the provider holds itself; −1 when there is none.
    private int HolderOf(int leaf)
    {
        NodeId provider = ProviderOf(leaf);
        return _seats.FindIndex(record => record.Seat.Role == TaskRole.Voter && record.Outcome != SeatOutcome.Shared && record.Provider.Id == provider);
    }

    private long NextDeadline => _network.Now + (long)_options.AnswerWindow.TotalMilliseconds;

    // Who withholds a claim as checker or voter must not delay the settlement beyond its time: it is left behind, and its own task expires.
    private long LatestFor(TaskRole role) =>
        role == TaskRole.Asserter ? long.MaxValue : _seats[0].Deadline + _terms.OpeningWindow - (long)_options.AcceptWindow.TotalMilliseconds;

    // All tasks are settled together, before the first of their openings is due.
    private bool HasTimeFor(TaskRole role) =>
        role == TaskRole.Asserter || _network.Now + (long)(2 * _options.AnswerWindow.TotalMilliseconds) + (_terms.OpeningWindow / 4) <= _seats[0].Deadline + _terms.OpeningWindow;

    private SeatRecord Measure(SeatRecord record, NamedTensors? outputs)
    {
        if (_options.Comparer.ComparesCommitments || outputs is null)
        {
            return record;
        }

        int validator = _seats.FindIndex(static seat => seat.Seat.Role == TaskRole.Validator && seat.HasClaim);
        return record with
        {
            DistanceToAsserter = record.Seat.Role != TaskRole.Asserter && _outputs[0] is { } first ? _options.Comparer.Measure(outputs, first) : double.NaN,
            DistanceToValidator = record.Seat.Role == TaskRole.Voter && validator >= 0 && _outputs[validator] is { } second
                ? _options.Comparer.Measure(outputs, second)
                : double.NaN,
        };
    }

    private int Add(SeatRecord record, NamedTensors? outputs)
    {
        _seats.Add(record);
        _outputs.Add(outputs);
        return _seats.Count - 1;
    }

    private TaskEnvelope EnvelopeOf(SeatRecord seat) => SamplingEnvelopes.Create(_request.Body, _terms, _secret, seat.Seat, seat.Provider.Id, seat.Deadline);

    private VerificationOutcome Settle(SamplingRecord record, bool audited)
    {
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
            Output = decision.BestSeat >= 0 ? _outputs[decision.BestSeat] : null,
            OutputProvider = decision.BestSeat >= 0 ? record.Seats[decision.BestSeat].Provider.Id : null,
            Asserter = record.Asserter.Provider.Id,
            WasAudited = audited,
            Slashed = [.. decision.Convicted.Select(index => record.Seats[index].Provider.Id)],
            Incidents = [.. _incidents],
            Computations = record.Seats.Count(static seat => seat.HasClaim),
            AuditProbability = _terms.AuditRate.ToDouble(),
        };

        if (settled.Refusal == LedgerRefusal.EvidenceRefused)
        {
            throw new InvalidOperationException($"Expected a ledger that judges requests under '{_request.Body.Strategy}', got one that refuses the evidence: create the ledger with this strategy as a judge.");
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

    private sealed record Attempt(Seat Seat, int Leaf, long Deadline, TaskResult Task);
}
