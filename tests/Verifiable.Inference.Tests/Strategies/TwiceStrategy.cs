using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Asks two drawn providers and accepts when their outputs have the same bits. Whoever is silent or signs two claims loses the stake at risk.</summary>
public sealed class TwiceStrategy(Amount reward, Amount stakeAtRisk) : VerificationStrategy("toy-twice/v1")
{
    private const long AnswerWindow = 10_000;
    private const long OpeningWindow = 120_000;
    private const int MaxAttempts = 8;
    private static readonly TimeSpan _acceptWindow = TimeSpan.FromSeconds(2);

    protected override async ValueTask<VerificationOutcome> RunCoreAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken)
    {
        (Signed<LedgerHead> opening, WeightTree stakes) = network.Ledger.SignHeadWithStakes();
        if (stakes.Count == 0 || network.Ledger.BalanceOf(order.Requester.PublicKey.Id) < reward * 2)
        {
            throw new InvalidOperationException($"Expected providers with stake and {reward * 2} units to pay them, got {stakes.Count} providers: bond and deposit first.");
        }

        Digest secret = order.Randomness.NextDigest();
        Signed<InferenceRequest> request = order.Requester.Sign(new InferenceRequest
        {
            Ledger = network.Ledger.Id,
            Requester = order.Requester.PublicKey.Id,
            Work = new WorkDescription(order.ModelId, CommittedTensors.Of(order.Inputs), order.Options, order.Profile),
            Strategy = Name,
            Terms = Terms(),
            AuditCommitment = AuditSecret.Commit(secret),
            StakesRoot = stakes.Root,
            Nonce = order.Randomness.NextDigest(),
            Deadline = network.Now + AnswerWindow,
        });

        TaskRunner runner = new(network, order.Requester, order.Inputs, _acceptWindow);
        List<Incident> incidents = [];
        List<SeatRecord> seats = [];
        List<NamedTensors?> outputs = [];
        async ValueTask AskAsync(TaskRole role, Digest after, params int[] excluded)
        {
            for (ushort attempt = 0; attempt < MaxAttempts; attempt++)
            {
                Seat seat = new(role, 0, attempt);
                int leaf = StakeDraw.Draw(stakes, secret, request.Body.Digest, seat, after, excluded);
                if (leaf < 0)
                {
                    return;
                }

                NodeId provider = new(stakes.Leaves[leaf].Key);
                TaskEnvelope envelope = EnvelopeOf(request.Body, secret, seat, provider, network.Now + AnswerWindow);
                TaskResult task = await runner.RunAsync(envelope, cancellationToken);
                if (task.Outcome == TaskOutcome.Withheld && runner.Demand(envelope) == LedgerRefusal.None)
                {
                    task = await runner.ResolveAsync(envelope, task, latest: long.MaxValue, cancellationToken);
                }

                incidents.AddRange(task.Faults.Select(fault => new Incident(provider, seat, fault)));
                if (task.Outcome is not (TaskOutcome.NotOpened or TaskOutcome.NotAccepted or TaskOutcome.Withheld))
                {
                    seats.Add(SeatRecord.Of(seat, stakes.Prove(leaf), envelope.Deadline, task));
                    outputs.Add(task.Outputs);
                    return;
                }
            }
        }

        await AskAsync(TaskRole.Asserter, default);
        if (seats.Count == 0)
        {
            return new VerificationOutcome { Verdict = Verdict.Undetermined(VerdictReason.NoProvider), Incidents = [.. incidents] };
        }

        if (seats[0].HasClaim)
        {
            await AskAsync(TaskRole.Validator, ClaimOf(request.Body, secret, seats[0]), (int)seats[0].Stake.Index);
        }

        SamplingRecord record = new(secret, null, null, [.. seats]);
        ReceiptCase evidence = new()
        {
            Request = request.Body,
            RequesterKey = request.Signer,
            OperatorKey = opening.Signer,
            OpeningHead = opening.Body,
            Record = record.ToOpaqueBytes(),
            Signatures = [request.Signature, opening.Signature, .. record.Signatures],
        };
        SettlementResult settled = network.Ledger.Settle(evidence);
        int best = outputs.FindIndex(output => output is not null);
        VerificationOutcome outcome = new()
        {
            Verdict = Judge(record),
            Output = best < 0 ? null : outputs[best],
            OutputProvider = best < 0 ? null : seats[best].Provider.Id,
            Asserter = record.Asserter.Provider.Id,
            WasAudited = seats.Count == 2,
            Slashed = [.. seats.Where(seat => !seat.HasClaim).Select(seat => seat.Provider.Id)],
            Incidents = [.. incidents],
            Computations = seats.Count(seat => seat.HasClaim),
            AuditProbability = 1,
        };
        if (settled.Refusal != LedgerRefusal.None)
        {
            return outcome with { Verdict = Verdict.Undetermined(VerdictReason.OpeningWithheld), Slashed = [] };
        }

        return outcome with
        {
            Receipt = new Receipt
            {
                Case = evidence,
                Verdict = outcome.Verdict,
                HashBeforeSettlement = settled.HashBefore,
                ClosingHead = settled.Head!.Body,
                ClosingSignature = settled.Head.Signature,
            },
        };
    }

    // What an honest provider asks before it accepts: nothing is taken here but for silence and two claims, which it can avoid.
    protected override bool IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare) => envelope.Terms.Equals(Terms()) && envelope.StakeAtRisk == stakeAtRisk;

    protected override StrategyConclusion? ConcludeCore(ReceiptCase evidence, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        InferenceRequest request = evidence.Request;
        SamplingRecord? record = null;
        bool holds = checklist.Require(request.Terms.Equals(Terms()), "terms", "The terms are this strategy's.", "The terms are not this strategy's.")
            && checklist.Require(
                SamplingRecord.TryRead(evidence.Record.Span, evidence.StrategySignatures, out record), "record", "The record can be read.", "The record cannot be read.")
            && checklist.Require(HasGoodForm(record!), "seats", "The seats are those that there may be.", "The seats are not those that there may be.")
            && checklist.Require(
                AuditSecret.Commit(record!.Secret) == request.AuditCommitment, "secret", "The opened secret is the committed one.", "The opened secret is not the committed one.")
            && checklist.Require(
                record.Seats.All(seat => seat.IsSignedFor(EnvelopeOf(request, record.Secret, seat.Seat, seat.Provider.Id, seat.Deadline), schemes)),
                "claims",
                "Every provider signed for this request.",
                "A provider did not sign for this request.")
            && checklist.Require(record.Seats.All(seat => IsDrawn(request, record, seat)), "draws", "Every provider is the drawn one.", "A provider is not the drawn one.");
        if (!holds)
        {
            return null;
        }

        checklist.Assert("delivery", "Who did not accept, and who delivered an output, is the requester's word; who was silent or revealed only on demand is the ledger operator's.");
        return new StrategyConclusion(Judge(record!), SettlementOf(request, record!));
    }

    private static bool HasGoodForm(SamplingRecord record)
    {
        bool one = record is { CheckBeacon: null, VoteBeacon: null, Seats.Length: 1 };
        bool two = record is { CheckBeacon: null, VoteBeacon: null, Seats.Length: 2, Asserter.HasClaim: true } && record.Seats[1].Seat is { Role: TaskRole.Validator, Index: 0 };
        return (one || two)
            && record.Asserter.Seat is { Role: TaskRole.Asserter, Index: 0 }
            && record.Seats.All(seat => seat.Seat.Attempt < MaxAttempts && seat.Outcome != SeatOutcome.Shared)
            && record.Seats.All(seat => double.IsNaN(seat.DistanceToAsserter) && double.IsNaN(seat.DistanceToValidator));
    }

    private bool IsDrawn(InferenceRequest request, SamplingRecord record, SeatRecord seat)
    {
        bool isFirst = seat.Seat.Role == TaskRole.Asserter;
        Digest after = isFirst ? default : ClaimOf(request, record.Secret, record.Asserter);
        ReadOnlySpan<WeightProof> excluded = isFirst ? [] : [record.Asserter.Stake];
        return seat.Stake.Key == seat.Provider.Id.Value && StakeDraw.IsDrawn(request.StakesRoot, seat.Stake, record.Secret, request.Digest, seat.Seat, after, excluded);
    }

    private static Verdict Judge(SamplingRecord record)
    {
        if (record.Asserter.Outcome == SeatOutcome.Equivocated)
        {
            return Verdict.Reject(VerdictReason.Equivocation);
        }

        if (!record.Asserter.HasClaim)
        {
            return Verdict.Undetermined(VerdictReason.ProviderSilent);
        }

        if (record.Seats.Length == 1 || !record.Seats[1].HasClaim)
        {
            return Verdict.Undetermined(VerdictReason.AuditIncomplete);
        }

        return record.Seats[1].Claim!.Outputs.Equals(record.Asserter.Claim!.Outputs)
            ? new Verdict(VerdictKind.Accepted, VerdictReason.OutputsMatch, 0, 0)
            : new Verdict(VerdictKind.Undetermined, VerdictReason.NoMajority, double.PositiveInfinity, 0);
    }

    private Settle SettlementOf(InferenceRequest request, SamplingRecord record)
    {
        List<TaskSettlement> closings = [];
        List<Transfer> transfers = [];
        foreach (SeatRecord seat in record.Seats)
        {
            TaskEnvelope envelope = EnvelopeOf(request, record.Secret, seat.Seat, seat.Provider.Id, seat.Deadline);
            Digest task = envelope.Digest;
            SettlementCause cause = seat.HasClaim ? SettlementCause.Served
                : seat.Outcome == SeatOutcome.Silent ? SettlementCause.Silent : SettlementCause.Convicted;
            closings.Add(new TaskSettlement(task, cause, AuditDraws.EnvelopeSecret(record.Secret, request.Digest, seat.Seat))
            {
                IsRevealed = seat.Outcome == SeatOutcome.Revealed,
                Claim = seat.StandingClaimFor(envelope),
            });
            transfers.Add(seat.HasClaim
                ? new Transfer(task, TransferSource.Escrow, seat.Provider.Id, reward, TransferPurpose.Reward)
                : Transfer.Burn(task, TransferSource.Stake, stakeAtRisk));
        }

        return new Settle([.. closings], [.. transfers]);
    }

    private TaskEnvelope EnvelopeOf(InferenceRequest request, Digest secret, Seat seat, NodeId provider, long deadline) =>
        SeatEnvelopes.Create(request, secret, seat, provider, reward, escrow: reward, stakeAtRisk, deadline, OpeningWindow);

    private Digest ClaimOf(InferenceRequest request, Digest secret, SeatRecord seat) =>
        seat.Claim!.Restore(EnvelopeOf(request, secret, seat.Seat, seat.Provider.Id, seat.Deadline)).Digest;

    private OpaqueBytes Terms()
    {
        CanonicalWriter writer = new(stackalloc byte[64]);
        writer.WriteDomain("toy-twice-terms/v1");
        writer.WriteUInt64(reward.Units);
        writer.WriteUInt64(stakeAtRisk.Units);
        OpaqueBytes terms = new(writer.Written);
        writer.Dispose();
        return terms;
    }

    public override StrategyAssessment Assess() => new Assessment(reward.Units);

    private sealed record Assessment(decimal Reward) : StrategyAssessment
    {
        public override decimal HonestPayoff => Reward;

        public override decimal DishonestPayoff => Reward;

        public override bool IsHonestySecure => false;

        public override bool IsHonestyTheOnlyEquilibrium => false;

        public override decimal DetectionProbability => 1;

        public override decimal ExpectedCost => 2;

        public override decimal? BreakingCoalitionShare => null;

        public override TimeSpan WorstLatency => TimeSpan.FromMilliseconds((2 * AnswerWindow) + OpeningWindow);

        public override ImmutableArray<string> Assumptions => ["Two providers that are drawn by stake do not give the same wrong answer."];

        public override ImmutableArray<string> Shortcomings => ["A wrong answer costs nothing: it is found out and paid. Slash on a mismatch, after a vote or a dispute."];
    }
}
