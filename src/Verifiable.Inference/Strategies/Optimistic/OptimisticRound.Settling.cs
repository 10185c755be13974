using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>How seats are filled, and how the request is settled.</summary>
internal sealed partial class OptimisticRound
{
    // The last moment at which a check is still worth an envelope: within the time that the terms give it, and its own disputes must be over before the settlement.
    private long LatestStart => Math.Min(_asserter!.Envelope.Deadline + _terms.CheckWindow - (long)_options.AnswerWindow.TotalMilliseconds, LastSettled);

    private long LastSettled => Latest - (long)_terms.Disputes.LongestFinality - (_terms.OpeningWindow / 4) - (long)_options.AnswerWindow.TotalMilliseconds;

    // Draws providers for a seat until one answers. An asserter is found once it accepted, whatever it does then.
    private async ValueTask<Attempt?> FillAsync(TaskRole role, Digest after, int[] excluded, CancellationToken cancellationToken)
    {
        int draws = role == TaskRole.Asserter ? OptimisticTerms.MaxAsserterDraws : _options.MaxAttempts;
        for (int attempt = 0, asked = 0; attempt < draws && asked < _options.MaxAttempts && (role == TaskRole.Asserter || _network.Now <= LatestStart); attempt++)
        {
            Seat seat = new(role, 0, (ushort)attempt);
            int leaf = StakeDraw.Draw(_stakes, _secret, _request.Body.Digest, seat, after, excluded);
            if (leaf < 0)
            {
                return null;
            }

            // While a claim of its own is challenged a provider is barred; who failed in this order is not asked again.
            NodeId provider = ProviderOf(leaf);
            if (_failed.Contains(provider) || _excluded.Contains(provider) || _court.IsBarred(provider))
            {
                continue;
            }

            asked++;
            long now = _network.Now + (long)_options.AnswerWindow.TotalMilliseconds;
            TaskEnvelope envelope = _terms.CreateEnvelope(_request.Body, _secret, seat, provider, role == TaskRole.Asserter ? Math.Max(now, _request.Body.Deadline) : now);
            Attempt task = new(seat, leaf, envelope, await _tasks.RunAsync(envelope, cancellationToken).ConfigureAwait(false));
            Report(task);
            if (task.Task.Outcome == TaskOutcome.NotOpened)
            {
                return role == TaskRole.Asserter
                    ? throw new InvalidOperationException($"Expected the requester to hold {_terms.Reward} units for the escrow of a task, got {_network.Ledger.BalanceOf(_order.Requester.PublicKey.Id)}: deposit more.")
                    : null;
            }

            if (task.Task.Outcome != TaskOutcome.NotAccepted && role == TaskRole.Asserter)
            {
                return task;
            }

            if (task.Task.Outcome != TaskOutcome.NotAccepted)
            {
                _checks.Add(task);
            }

            if (task.Task.Outcome == TaskOutcome.Answered)
            {
                return task;
            }

            _ = _failed.Add(provider);
        }

        return null;
    }

    private VerificationOutcome Nothing(VerdictReason reason) => new()
    {
        Verdict = Verdict.Undetermined(reason),
        Asserter = _asserter is null ? null : ProviderOf(_asserter.Leaf),
        Incidents = [.. _incidents],
        AuditProbability = _terms.CheckRate.ToDouble(),
    };

    private VerificationOutcome Settle()
    {
        Attempt[] attempts = [_asserter!, .. _checks];
        OptimisticRecord record = new(
            _secret,
            _asserter!.Task.Outcome is TaskOutcome.Equivocated || _asserter.Task.Posting is null ? null : _checkBeacon,
            [.. attempts.Select(attempt => SeatRecord.Of(attempt.Seat, _stakes.Prove(attempt.Leaf), attempt.Envelope.Deadline, attempt.Task))],
            [.. attempts.Select(attempt => attempt.Task.Outcome is TaskOutcome.Answered or TaskOutcome.Revealed ? _court.SignRuling(attempt.Task.Claim!.Body.Digest) : null)]);
        OptimisticDecision decision = OptimisticRules.Decide(_request.Body, _terms, record);
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
        VerificationOutcome outcome = Nothing(decision.Verdict.Reason) with
        {
            Verdict = decision.Verdict,
            Output = decision.BestSeat >= 0 ? attempts[decision.BestSeat].Task.Outputs : null,
            OutputProvider = decision.BestSeat >= 0 ? ProviderOf(attempts[decision.BestSeat].Leaf) : null,
            WasAudited = attempts.Skip(1).Any(static attempt => attempt.Task.Outcome == TaskOutcome.Answered),
            Slashed = [.. decision.Convicted.Select(index => ProviderOf(attempts[index].Leaf))],
            Computations = attempts.Count(static attempt => attempt.Task.Outcome is TaskOutcome.Answered or TaskOutcome.Revealed),
        };
        if (settled.Refusal == LedgerRefusal.EvidenceRefused)
        {
            ReceiptChecklist checklist = new() { IsForSettlement = true };
            _ = OptimisticEvidence.Conclude(evidence, _options, _network.Ledger.Schemes, checklist);
            throw new InvalidOperationException($"Expected a ledger that settles by this strategy's evidence, got one that refuses it: {checklist.ToCheck().Refuted?.Note ?? "its judge has other referees, or asks another beacon"}");
        }

        // The only other way to be refused is to be late: then the ledger pays the provider and burns the rest, and no conclusion is drawn.
        return settled.Refusal != LedgerRefusal.None
            ? outcome with { Verdict = Verdict.Undetermined(VerdictReason.OpeningWithheld), Slashed = [] }
            : outcome with
            {
                SettledTask = decision.Tasks[0].Task,
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

    private void Report(Attempt attempt) =>
        _incidents.AddRange(attempt.Task.Faults.Select(fault => new Incident(ProviderOf(attempt.Leaf), attempt.Seat, fault)).Where(incident => !_incidents.Contains(incident)));

    private NodeId ProviderOf(int leaf) => new(_stakes.Leaves[leaf].Key);
}
