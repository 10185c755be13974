using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A requester that runs a quorum by hand, with choices of its own.</summary>
internal sealed class QuorumRequester
{
    public const long AnswerWindow = 10_000;

    private readonly TestWorld _world;
    private readonly WeightTree _stakes;
    private readonly Signed<LedgerHead> _head;
    private readonly NamedTensors _inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { 1, 2, 3 }, 3));
    private readonly Signed<InferenceRequest> _request;

    public QuorumRequester(TestWorld world, Func<QuorumTerms, QuorumTerms>? terms = null, Digest? secret = null)
    {
        _world = world;
        (_head, _stakes) = world.Ledger.SignHeadWithStakes();
        Terms = (terms ?? (same => same))(UsualTerms(world));
        Secret = secret ?? Digest.Of("secret"u8);
        _request = world.Requester.Sign(new InferenceRequest
        {
            Ledger = world.Ledger.Id,
            Requester = world.Requester.PublicKey.Id,
            Work = new WorkDescription(TestWorld.Model, CommittedTensors.Of(_inputs), new GenerationOptions(0), NumericProfile.CanonicalFloat32),
            Strategy = QuorumStrategy.StrategyName,
            Terms = new OpaqueBytes(Terms.ToBytes()),
            AuditCommitment = AuditSecret.Commit(Secret),
            StakesRoot = _stakes.Root,
            Nonce = Digest.Of("nonce"u8),
            Deadline = world.Network.Now + AnswerWindow,
        });
    }

    public static SeededBeacon Beacon { get; } = new(7);

    public QuorumTerms Terms { get; }

    public Digest Secret { get; }

    public InferenceRequest Request => _request.Body;

    /// <summary>Gets the true value of the beacon's round.</summary>
    public Digest BeaconValue => Beacon.TryGetValue(Terms.BeaconRound, out Digest value) ? value : default;

    public static QuorumTerms UsualTerms(TestWorld world)
    {
        ulong round = Beacon.RoundAfter(world.Network.Now + (2 * AnswerWindow));
        return new QuorumTerms
        {
            Seats = 3,
            Threshold = 1,
            EscalationSeats = 9,
            EscalationRate = Probability64.Never,
            Reward = new Amount(120),
            Slash = new Amount(3000),
            Bounty = new Amount(300),
            MaxAttempts = 2,
            EscalationAttempts = 1,
            Limit = 0,
            OpeningWindow = 300_000,
            BeaconName = Beacon.Name,
            BeaconRound = round,
            BeaconTime = Beacon.TimeOf(round),
        };
    }

    public static Seat First(int index, int attempt = 0) => new(TaskRole.Asserter, (ushort)index, (ushort)attempt);

    public static Seat Second(int index, int attempt = 0) => new(TaskRole.Voter, (ushort)index, (ushort)attempt);

    public int Draw(Seat seat, Digest? beacon = null) => QuorumDraws.Draw(_stakes, Secret, Request.Digest, seat, beacon);

    public NodeId NodeAt(int leaf) => new(_stakes.Leaves[leaf].Key);

    public TaskEnvelope Envelope(NodeId provider, long? deadline = null, params Seat[] seats) =>
        QuorumHolding.EnvelopeOf(Request, Terms, Secret, seats[0], seats.Length, provider, deadline ?? _world.Network.Now + AnswerWindow);

    public TaskEnvelope EnvelopeOf(QuorumHolding holding) => holding.EnvelopeOf(Request, Terms, Secret);

    /// <summary>Opens a task and offers it; gives the reply as it comes.</summary>
    public ProviderReply Offer(TaskEnvelope envelope)
    {
        SignedEnvelope signed = _world.Requester.Sign(envelope);
        Assert.Equal(LedgerRefusal.None, _world.Ledger.Open(signed));
        return _world.Time.Run(_world.Network.ExchangeAsync(envelope.Provider, new TaskOffer(signed, _inputs).ToBytes(), long.MaxValue / 2));
    }

    /// <summary>Runs the task of some seats with a provider of the requester's choice.</summary>
    public QuorumHolding Fill(int leaf, params Seat[] seats)
    {
        TaskEnvelope envelope = Envelope(NodeAt(leaf), null, seats);
        TaskResult task = _world.Time.Run(new TaskRunner(_world.Network, _world.Requester, _inputs, TimeSpan.FromSeconds(2)).RunAsync(envelope));
        return new QuorumHolding(SeatRecord.Of(seats[0], _stakes.Prove(leaf), envelope.Deadline, task), [.. seats[1..]], false, null);
    }

    /// <summary>Fills a whole committee as the draws say, in the order of the record.</summary>
    public QuorumHolding[] FillAll(TaskRole role, Digest? beacon = null, params int[] excluded)
    {
        int count = role == TaskRole.Voter ? Terms.EscalationSeats : Terms.Seats;
        Seat[] seats = [.. Enumerable.Range(0, count).Select(index => Enumerable.Range(0, 128).Select(attempt => new Seat(role, (ushort)index, (ushort)attempt)).First(seat => !excluded.Contains(Draw(seat, beacon))))];
        return [.. seats.GroupBy(seat => Draw(seat, beacon)).Select(same => Fill(same.Key, [.. same])).OrderBy(holding => (holding.Record.Seat.Attempt, holding.Record.Seat.Index))];
    }

    public LedgerRefusal Demand(TaskEnvelope envelope) =>
        _world.Ledger.Demand(_world.Requester.Sign(new ClaimDemand(envelope.Ledger, envelope.Digest, envelope.Requester)));

    public SettlementResult Settle(params QuorumHolding[] holdings) => Settle(null, false, holdings);

    public SettlementResult Settle(Digest? beacon, bool isSupplement, params QuorumHolding[] holdings)
    {
        QuorumRecord record = new(Secret, beacon, isSupplement, [.. holdings]);
        return _world.Ledger.Settle(new ReceiptCase
        {
            Request = Request,
            RequesterKey = _request.Signer,
            OperatorKey = _head.Signer,
            OpeningHead = _head.Body,
            Record = record.ToOpaqueBytes(),
            Signatures = [_request.Signature, _head.Signature, .. record.Signatures],
        });
    }
}
