using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>One request under the optimistic strategy: draws, has the claim posted in the court, waits until nothing can change any more, decides by <see cref="OptimisticRules"/>, settles. Used once.</summary>
internal sealed partial class OptimisticRound
{
    private readonly OptimisticOptions _options;
    private readonly InferenceOrder _order;
    private readonly InferenceNetwork _network;
    private readonly LedgerCourt _court;
    private readonly IReadOnlySet<NodeId> _excluded;
    private readonly WeightTree _stakes;
    private readonly Signed<LedgerHead> _openingHead;
    private readonly OptimisticTerms _terms;
    private readonly Digest _secret;
    private readonly Signed<InferenceRequest> _request;
    private readonly TaskRunner _tasks;
    private readonly List<Incident> _incidents;
    private readonly List<Attempt> _checks = [];
    private readonly HashSet<NodeId> _failed = [];
    private Attempt? _asserter;
    private Digest? _checkBeacon;

    public OptimisticRound(
        OptimisticOptions options, string strategy, InferenceOrder order, InferenceNetwork network, LedgerCourt court, IReadOnlySet<NodeId> excluded, List<Incident> incidents)
    {
        _options = options;
        _order = order;
        _network = network;
        _court = court;
        _excluded = excluded;
        _incidents = incidents;
        if (!string.Equals(order.Profile.Comparison, OutputComparers.Exact.Name, StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected an order whose profile compares by '{OutputComparers.Exact.Name}', got '{order.Profile.Comparison}'.", nameof(order));
        }

        (_openingHead, _stakes) = network.Ledger.SignHeadWithStakes();
        if (_stakes.Count == 0)
        {
            throw new InvalidOperationException("Expected providers with stake on the ledger, got none: a provider bonds stake before it can be drawn.");
        }

        if (!CanBegin(options, order, network))
        {
            throw new InvalidOperationException(
                $"Expected the requester to hold {Needed(options)} units for escrows (most come back), got {network.Ledger.BalanceOf(order.Requester.PublicKey.Id)}: deposit more.");
        }

        long deadline = network.Now + (long)options.AnswerWindow.TotalMilliseconds;
        _terms = options.ToTerms(CheckDelayOf(options, deadline));
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
        _tasks = new TaskRunner(network, order.Requester, order.Inputs, options.AcceptWindow);
    }

    /// <summary>Gets the provisional outcome, once an answer that can be challenged was delivered.</summary>
    public VerificationOutcome? Delivered { get; private set; }

    // All tasks are settled together, before the first of their openings is due.
    private long Latest => _request.Body.Deadline + _terms.OpeningWindow - (long)_options.AcceptWindow.TotalMilliseconds;

    /// <summary>Tells whether the requester holds what a request sets aside.</summary>
    public static bool CanBegin(OptimisticOptions options, InferenceOrder order, InferenceNetwork network) =>
        network.Ledger.BalanceOf(order.Requester.PublicKey.Id) >= Needed(options);

    /// <summary>Finds an asserter. Where it answers with a claim that the court would take, <see cref="Delivered"/> holds the answer; the claim is posted in the court at once where the system does not check it.</summary>
    public async ValueTask AskAsync(CancellationToken cancellationToken)
    {
        _asserter = await FillAsync(TaskRole.Asserter, default, [], cancellationToken).ConfigureAwait(false);
        if (_asserter is { Task: { Outcome: TaskOutcome.Answered, Outputs: { } outputs } } && FindDisputed(_asserter) is { } claim && _court.Examine(claim) is DisputeRefusal.None or DisputeRefusal.ClaimExists)
        {
            // Rationale: what is in the court is public. Where it is, or may be, computed again, whoever does that could copy what has little entropy; so the claim is shown when the check is in.
            if (_terms.CheckDelay == 0 && !_terms.CheckRate.Covers(AuditDraws.Coin(_secret, claim.Body.Digest, null)))
            {
                _ = PostInCourt(_asserter);
            }

            Delivered = new VerificationOutcome
            {
                Verdict = Verdict.Undetermined(VerdictReason.Provisional),
                Output = outputs,
                OutputProvider = ProviderOf(_asserter.Leaf),
                Asserter = ProviderOf(_asserter.Leaf),
                Incidents = [.. _incidents],
                Computations = 1,
                AuditProbability = _terms.CheckRate.ToDouble(),
            };
        }
    }

    /// <summary>Has the claim checked where the coin says so, waits until the court has closed it, and settles.</summary>
    public async ValueTask<VerificationOutcome> CloseAsync(CancellationToken cancellationToken)
    {
        if (_asserter is null)
        {
            return Nothing(VerdictReason.NoProvider);
        }

        Attempt? check = null;
        if (_asserter.Task.Posting is { } posting && _asserter.Task.Outcome is TaskOutcome.Answered or TaskOutcome.Withheld)
        {
            if (_terms.CheckDelay > 0 && (_checkBeacon = await ReadBeaconAsync(cancellationToken).ConfigureAwait(false)) is null)
            {
                _ = _asserter.Task.Outcome == TaskOutcome.Answered && PostInCourt(_asserter);
                return Nothing(VerdictReason.OpeningWithheld);
            }

            if (_asserter.Task.Outcome == TaskOutcome.Withheld || _terms.CheckRate.Covers(AuditDraws.Coin(_secret, posting.Body.Claim, _checkBeacon)))
            {
                Digest after = AuditDraws.After(posting.Body.Claim, _checkBeacon);
                check = await FillAsync(TaskRole.Validator, after, [_asserter.Leaf], cancellationToken).ConfigureAwait(false);
            }
        }

        // Only now: what is in the court or revealed on the ledger before the recomputer has claimed could be copied.
        _ = _asserter.Task.Outcome == TaskOutcome.Answered && PostInCourt(_asserter);
        _ = check is not null && PostInCourt(check);
        _asserter = await ResolveAsync(_asserter, cancellationToken).ConfigureAwait(false);
        if (_asserter.Task.Outcome == TaskOutcome.Withheld)
        {
            return Nothing(VerdictReason.OutputWithheld);
        }

        for (int i = 0; i < _checks.Count; i++)
        {
            _checks[i] = await ResolveAsync(_checks[i], cancellationToken).ConfigureAwait(false);
        }

        _ = _checks.RemoveAll(static check => check.Task.Outcome == TaskOutcome.Withheld);
        foreach (Attempt claimed in (Attempt[])[_asserter, .. _checks])
        {
            await AwaitPostingAsync(claimed, cancellationToken).ConfigureAwait(false);
            await AwaitCourtAsync(claimed, cancellationToken).ConfigureAwait(false);
        }

        return Settle();
    }

    private static Amount Needed(OptimisticOptions options) => options.Reward * (ulong)(1 + options.MaxAttempts);

    private static long CheckDelayOf(OptimisticOptions options, long deadline)
    {
        if (options.Beacon is not { } beacon)
        {
            return 0;
        }

        // With the room for attempts to find an asserter, which may move its deadline, and with one attempt at a check.
        ulong latest = beacon.RoundAfter(deadline + (2 * options.CheckDelay));
        BeaconEvidence.ThrowIfEnded(beacon, latest);
        long left = deadline + (long)options.CheckWindow.TotalMilliseconds - (long)(options.AcceptWindow + options.AnswerWindow).TotalMilliseconds;
        return beacon.TimeOf(beacon.RoundAfter(deadline + options.CheckDelay)) <= left
            ? options.CheckDelay
            : throw new InvalidOperationException($"Expected a beacon whose next round is out in time for a check within {options.CheckWindow}, got '{beacon.Name}', whose round comes later: make {nameof(OptimisticOptions.CheckWindow)} longer, with {nameof(DisputeTerms.Window)} and {nameof(OptimisticOptions.OpeningWindow)}.");
    }

    private ValueTask<Digest?> ReadBeaconAsync(CancellationToken cancellationToken) =>
        BeaconReading.ReadAsync(_network, _options.Beacon!, _options.Beacon!.RoundAfter(_terms.CheckTime(_request.Body.Deadline)), LatestStart, cancellationToken);

    // Demands what was posted and not delivered; what is revealed is posted in the court like any claim.
    private async ValueTask<Attempt> ResolveAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Task.Outcome != TaskOutcome.Withheld)
        {
            return attempt;
        }

        _ = _tasks.Demand(attempt.Envelope);

        // What its provider has posted in the court itself is as good as revealed on demand.
        Attempt resolved = _court.Docket.Claims.GetValueOrDefault(attempt.Task.Posting!.Body.Claim)?.Rules.Claim is { } posted && _network.Ledger.FindTask(attempt.Envelope.Digest) is { Delivery: ClaimDelivery.Revealed }
            ? attempt with { Task = attempt.Task with { Outcome = TaskOutcome.Revealed, Claim = posted.Claim } }
            : attempt with { Task = await _tasks.ResolveAsync(attempt.Envelope, attempt.Task, Latest, cancellationToken).ConfigureAwait(false) };
        Report(resolved);
        _ = resolved.Task.Outcome == TaskOutcome.Revealed && PostInCourt(resolved);
        return resolved;
    }

    private static DisputedClaim? FindDisputed(Attempt attempt) =>
        attempt.Task.Claim is { } claim && claim.Body.FindTrace() is { } trace ? new DisputedClaim(attempt.Envelope, claim, trace) : null;

    private bool PostInCourt(Attempt attempt) => FindDisputed(attempt) is { } claim && _court.Post(claim) is DisputeRefusal.None or DisputeRefusal.ClaimExists;

    // A claim that the court does not take may still come there, by its provider: until that is too late the ledger settles nothing that says otherwise.
    private async ValueTask AwaitPostingAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        while (attempt.Task.Outcome is TaskOutcome.Answered or TaskOutcome.Revealed && FindDisputed(attempt) is not null
            && _network.Ledger.FindTask(attempt.Envelope.Digest) is { Court: CourtStanding.None } task && !task.IsPastCourtDeadline(_network.Now))
        {
            Task change = _court.NextChange();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task time = _network.WaitUntilAsync(Math.Min(task.CourtDeadline, Latest), stop.Token).AsTask();
            _ = await Task.WhenAny(change, time).ConfigureAwait(false);
            Stop(stop);
            cancellationToken.ThrowIfCancellationRequested();
            if (_network.Now >= Latest)
            {
                return;
            }
        }
    }

    // Calls whatever is due: the time of silent parties, and the end of the window.
    private async ValueTask AwaitCourtAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        // What stands on the ledger, which is not what an equivocating provider delivered.
        Digest claim = attempt.Task.Posting?.Body.Claim ?? default;
        while (true)
        {
            Task change = _court.NextChange();
            DisputeDocket docket = _court.Docket;
            if (!docket.Claims.TryGetValue(claim, out DocketClaim? known) || known.Status != DocketClaimStatus.Open || _network.Now >= Latest)
            {
                return;
            }

            long now = _court.Now;
            Int128 next = (Int128)known.Posted + _court.Terms.Window;
            bool isDone = now >= next && known.OpenGames == 0 && _court.Finish(claim) == DisputeRefusal.None;
            next = now >= next ? long.MaxValue : next;
            foreach (DocketGame game in docket.OpenGamesOf(claim).Select(game => docket.Games[game]))
            {
                isDone |= now >= game.State.Deadline && _court.CallTime(game.State.Game) == DisputeRefusal.None;
                next = Int128.Min(next, game.State.Deadline);
            }

            if (!isDone)
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                Task time = _network.WaitUntilAsync((long)Int128.Min(next, Latest), stop.Token).AsTask();
                _ = await Task.WhenAny(change, time).ConfigureAwait(false);

                // Not CancelAsync, which hops to the thread pool: runs in virtual time must continue on the thread that moves the clock.
                Stop(stop);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static void Stop(CancellationTokenSource source) => source.Cancel();

    private sealed record Attempt(Seat Seat, int Leaf, TaskEnvelope Envelope, TaskResult Task);
}
