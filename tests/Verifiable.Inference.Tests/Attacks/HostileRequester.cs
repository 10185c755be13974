using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A requester that runs the protocol by hand, with choices of its own.</summary>
internal sealed class HostileRequester
{
    public const long AnswerWindow = 10_000;

    private readonly TestWorld _world;
    private readonly WeightTree _stakes;
    private readonly Signed<LedgerHead> _head;
    private readonly NamedTensors _inputs;
    private readonly Signed<InferenceRequest> _request;
    private readonly Dictionary<(Seat Seat, int Leaf), SeatRecord> _votes = [];

    public HostileRequester(TestWorld world, SamplingTerms? terms = null, Digest? secret = null, NamedTensors? inputs = null, string strategy = SamplingStrategy.StrategyName)
        : this(world, world.Ledger.SignHeadWithStakes(), terms, secret, inputs, strategy)
    {
    }

    public HostileRequester(
        TestWorld world, (Signed<LedgerHead> Head, WeightTree Stakes) head, SamplingTerms? terms = null, Digest? secret = null, NamedTensors? inputs = null,
        string strategy = SamplingStrategy.StrategyName)
    {
        _world = world;
        (_head, _stakes) = head;
        _inputs = inputs ?? NamedTensors.Of("x", TensorValue.Create(new float[] { 1, 2, 3 }, 3));
        Terms = terms ?? UsualTerms;
        Secret = secret ?? Digest.Of("secret"u8);
        _request = world.Requester.Sign(new InferenceRequest
        {
            Ledger = world.Ledger.Id,
            Requester = world.Requester.PublicKey.Id,
            Work = new WorkDescription(TestWorld.Model, CommittedTensors.Of(_inputs), new GenerationOptions(0), world.Profile),
            Strategy = strategy,
            Terms = new OpaqueBytes(Terms.ToBytes()),
            AuditCommitment = AuditSecret.Commit(Secret),
            StakesRoot = _stakes.Root,
            Nonce = Digest.Of("nonce"u8),
            Deadline = world.Network.Now + AnswerWindow,
        });
    }

    /// <summary>Gets the terms that honest providers take, with a coin that never calls for an audit.</summary>
    public static SamplingTerms UsualTerms => new()
    {
        AuditRate = new Probability64(1),
        Reward = new Amount(120),
        Slash = new Amount(3000),
        Bounty = new Amount(300),
        VoterSeats = 7,
        MaxAttempts = 2,
        VoterAttempts = 1,
        Limit = 0,
        OpeningWindow = 120_000,
        BeaconName = TestWorld.Beacon.Name,
        VoteDelay = 2 * AnswerWindow,
    };

    public static Seat Asserter => new(TaskRole.Asserter, 0, 0);

    public static Seat Validator => new(TaskRole.Validator, 0, 0);

    public SamplingTerms Terms { get; }

    public Digest Secret { get; }

    public InferenceRequest Request => _request.Body;

    public int Draw(Seat seat, Digest after = default, params ReadOnlySpan<int> excluded) => StakeDraw.Draw(_stakes, Secret, Request.Digest, seat, after, excluded);

    /// <summary>Gets the true value of the beacon's round that draws the voters.</summary>
    public Digest VoteValue => TestWorld.Beacon.TryGetValue(TestWorld.Beacon.RoundAfter(Request.Deadline + Terms.VoteDelay), out Digest value) ? value : default;

    /// <summary>Gets the candidates for a voter's seat, in order.</summary>
    public IEnumerable<(Seat Seat, int Leaf)> CandidatesOf(int index, Digest after, params int[] sides) => Enumerable.Range(0, 128)
        .Select(attempt => new Seat(TaskRole.Voter, (ushort)index, (ushort)attempt))
        .Select(seat => (seat, CommitteeDraws.Draw(_stakes, Secret, Request.Digest, seat, after)))
        .Where(draw => !sides.Contains(draw.Item2));

    /// <summary>Draws the voters, none of whom refuses.</summary>
    public (Seat Seat, int Leaf)[] DrawVotes(Digest after, params int[] sides) => [.. Enumerable.Range(0, Terms.VoterSeats).Select(index => CandidatesOf(index, after, sides).First())];

    /// <summary>Has all voters answer, in the order of the record.</summary>
    public SeatRecord[] FillVotes(Digest after, SeatRecord asserter, SeatRecord validator)
    {
        List<SeatRecord> votes = [];
        foreach ((Seat seat, int leaf) in DrawVotes(after, LeafOf(asserter), LeafOf(validator)).OrderBy(draw => (draw.Seat.Attempt, draw.Seat.Index)))
        {
            SeatRecord? held = votes.Find(vote => vote.Provider.Id == NodeAt(leaf));
            if (held is null && !_votes.TryGetValue((seat, leaf), out held))
            {
                held = Fill(seat, leaf);
                _votes.Add((seat, leaf), held);
            }

            votes.Add(held.Seat == seat ? held : held.ShareWith(seat));
        }

        return [.. votes.OrderBy(SamplingRecord.PlaceOf)];
    }

    public static int LeafOf(SeatRecord record) => (int)record.Stake.Index;

    public NodeId NodeAt(int leaf) => new(_stakes.Leaves[leaf].Key);

    public TaskEnvelope Envelope(Seat seat, NodeId provider, long? deadline = null) =>
        SamplingEnvelopes.Create(Request, Terms, Secret, seat, provider, deadline ?? _world.Network.Now + AnswerWindow);

    public TaskEnvelope Envelope(SeatRecord record) => Envelope(record.Seat, record.Provider.Id, record.Deadline);

    public Digest ClaimOf(SeatRecord record) => record.Claim!.Restore(Envelope(record)).Digest;

    /// <summary>Opens a task and offers it; gives the reply as it comes.</summary>
    public ProviderReply Offer(TaskEnvelope envelope, NamedTensors? inputs = null)
    {
        SignedEnvelope signed = _world.Requester.Sign(envelope);
        Assert.Equal(LedgerRefusal.None, _world.Ledger.Open(signed));
        return _world.Time.Run(_world.Network.ExchangeAsync(envelope.Provider, new TaskOffer(signed, inputs ?? _inputs).ToBytes(), long.MaxValue / 2));
    }

    /// <summary>Runs one seat with a provider of the requester's choice.</summary>
    public TaskResult Run(TaskEnvelope envelope) =>
        _world.Time.Run(new TaskRunner(_world.Network, _world.Requester, _inputs, TimeSpan.FromSeconds(2)).RunAsync(envelope));

    /// <summary>Fills one seat, and asserts that the provider answers.</summary>
    public SeatRecord Fill(Seat seat, int leaf, long window = AnswerWindow)
    {
        TaskEnvelope envelope = Envelope(seat, NodeAt(leaf), _world.Network.Now + window);
        TaskResult task = Run(envelope);
        Assert.Equal(TaskOutcome.Answered, task.Outcome);
        return SeatRecord.Of(seat, _stakes.Prove(leaf), envelope.Deadline, task);
    }

    public LedgerRefusal Demand(SeatRecord record) => Demand(Envelope(record));

    public LedgerRefusal Demand(TaskEnvelope envelope) =>
        _world.Ledger.Demand(_world.Requester.Sign(new ClaimDemand(envelope.Ledger, envelope.Digest, envelope.Requester)));

    public SettlementResult Settle(params ReadOnlySpan<SeatRecord> seats) => Settle(null, null, seats);

    public SettlementResult Settle(Digest? check, Digest? vote, params ReadOnlySpan<SeatRecord> seats)
    {
        SamplingRecord record = new(Secret, check, vote, [.. seats]);
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
