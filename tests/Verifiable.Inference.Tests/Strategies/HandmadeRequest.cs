using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Optimistic;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A request under the optimistic strategy by a requester that does what it likes: it has one provider answer, and then posts, settles and keeps silent as the test says.</summary>
internal sealed class HandmadeRequest
{
    private static readonly Seat _seat = new(TaskRole.Asserter, 0, 0);

    private readonly TestWorld _world;
    private readonly Digest _secret = Digest.Of([3]);
    private readonly Signed<LedgerHead> _head;
    private readonly Signed<InferenceRequest> _request;
    private readonly WeightTree _stakes;
    private readonly int _leaf;
    private readonly TaskResult _task;

    public HandmadeRequest(TestWorld world, OptimisticStrategy strategy)
    {
        _world = world;
        InferenceOrder order = world.Order();
        (_head, _stakes) = world.Ledger.SignHeadWithStakes();
        OptimisticTerms terms = strategy.Options.ToTerms(0);
        _request = world.Requester.Sign(new InferenceRequest
        {
            Ledger = world.Ledger.Id,
            Requester = world.Requester.PublicKey.Id,
            Work = new WorkDescription(order.ModelId, CommittedTensors.Of(order.Inputs), order.Options, order.Profile),
            Strategy = strategy.Name,
            Terms = new OpaqueBytes(terms.ToBytes()),
            AuditCommitment = AuditSecret.Commit(_secret),
            StakesRoot = _stakes.Root,
            Nonce = Digest.Of([4]),
            Deadline = world.Time.GetUtcNow().ToUnixTimeMilliseconds() + 10_000,
        });
        _leaf = StakeDraw.Draw(_stakes, _secret, _request.Body.Digest, _seat, default, []);
        Provider = new NodeId(_stakes.Leaves[_leaf].Key);
        Envelope = terms.CreateEnvelope(_request.Body, _secret, _seat, Provider, _request.Body.Deadline);
        _task = world.Time.Run(new TaskRunner(world.Network, world.Requester, order.Inputs, TimeSpan.FromSeconds(2)).RunAsync(Envelope));
        Assert.Equal(TaskOutcome.Answered, _task.Outcome);
        Claim = new DisputedClaim(Envelope, _task.Claim!, _task.Claim!.Body.FindTrace()!);
    }

    public NodeId Provider { get; }

    public TaskEnvelope Envelope { get; }

    public DisputedClaim Claim { get; }

    public Digest Id => Claim.Body.Digest;

    public TaskRecord Record => _world.Ledger.FindTask(Envelope.Digest)!;

    public HandmadeRequest Post()
    {
        Assert.Equal(DisputeRefusal.None, _world.Court!.Post(Claim));
        return this;
    }

    /// <summary>Sends the evidence of the request with some word of the court's, or none.</summary>
    public LedgerRefusal Settle(Signed<ClaimRuling>? ruling)
    {
        OptimisticRecord record = new(_secret, null, [SeatRecord.Of(_seat, _stakes.Prove(_leaf), Envelope.Deadline, _task)], [ruling]);
        return _world.Ledger.Settle(new ReceiptCase
        {
            Request = _request.Body,
            RequesterKey = _request.Signer,
            OperatorKey = _head.Signer,
            OpeningHead = _head.Body,
            Record = record.ToOpaqueBytes(),
            Signatures = [_request.Signature, _head.Signature, .. record.Signatures],
        }).Refusal;
    }
}
