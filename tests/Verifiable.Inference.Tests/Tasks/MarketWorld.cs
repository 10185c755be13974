using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>A market beside the ledger of a <see cref="TestWorld"/>, with providers that took part.</summary>
internal sealed class MarketWorld
{
    private int _posted;

    public MarketWorld(Action<TestWorld>? populate = null)
    {
        (populate ?? (world => world.AddHonest(5)))(World);
        Market = new TaskMarket(World.Ledger, World.Time, DrawKey, World.Ledger.Store);
        Runner = new MarketRunner(Market, World.Network, World.Requester, Strategy);
        foreach (ISigner signer in Providers)
        {
            Assert.Equal(MarketRefusal.None, Market.Apply(signer.Sign(MarketCommand.Join(World.Ledger.Id, signer.PublicKey.Id, 2, 1))));
        }
    }

    public static Digest DrawKey { get; } = Digest.Of("draws"u8);

    public static SamplingStrategy Strategy { get; } = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 0.5 });

    public TestWorld World { get; } = new(strategy: Strategy);

    public TaskMarket Market { get; }

    public MarketRunner Runner { get; }

    public ISigner[] Providers => [.. Enumerable.Range(0, World.Network.Reachable.Count()).Select(i => TestWorld.Key("provider " + i))];

    public long Now => World.Network.Now;

    public InferenceOrder Order(int number) => World.Order(number);

    public MarketPosting Posting(MarketAssignment assignment, NodeId provider = default, int index = 0, Digest parent = default) => new()
    {
        Ledger = World.Ledger.Id,
        Requester = World.Requester.PublicKey.Id,
        Work = new WorkDescription(TestWorld.Model, CommittedTensors.Of(World.Order(index).Inputs), new GenerationOptions(0), World.Profile),
        Strategy = Strategy.Name,
        Assignment = assignment,
        Provider = provider,
        Parent = parent,
        StartPrice = new Amount(assignment == MarketAssignment.Auction ? 100UL : 0UL),
        PriceLimit = new Amount(200),
        Ramp = assignment == MarketAssignment.Auction ? 10_000 : 0,
        Collateral = new Amount(3_000),
        Expiry = Now + 3_600_000,
        AcceptWindow = 2_000,
        ChallengeWindow = 60_000,
        Nonce = Digest.Of(BitConverter.GetBytes(_posted++)),
    };

    public Digest Post(MarketPosting posting)
    {
        Assert.Equal(MarketRefusal.None, Runner.Post(posting));
        return posting.Digest;
    }

    public MarketRefusal Bid(ISigner provider, Digest task, ulong price) =>
        Market.Apply(provider.Sign(MarketCommand.Bid(World.Ledger.Id, provider.PublicKey.Id, task, new Amount(price), Market.State.FindTask(task)!.Assignments)));

    public (NamedTensors? Output, MarketTaskState State) Offer(Digest task, int index = 0)
    {
        OpaqueBytes terms = new(new SamplingTerms
        {
            AuditRate = Probability64.FromDouble(0.5),
            Reward = Market.State.FindTask(task)!.Price,
            Slash = new Amount(3_000),
            Bounty = new Amount(0),
            VoterSeats = 3,
            MaxAttempts = 3,
            VoterAttempts = 3,
            Limit = 0,
            OpeningWindow = 1,
        }.ToBytes());
        return World.Time.Run(Runner.OfferAsync(task, World.Order(index).Inputs, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), terms, Digest.Of("secret of a task"u8)));
    }

    public MarketTask Task(Digest id) => Market.State.FindTask(id)!;

    public static MarketWorld Played()
    {
        MarketWorld market = new(world => AddPlain(world, 5));
        Digest run = market.Post(market.Posting(MarketAssignment.Strategy));
        _ = market.World.Time.Run(market.Runner.RunAsync(run, market.Order(0)));
        _ = Answered(market, market.Posting(MarketAssignment.Auction));
        Digest final = Answered(market, market.Posting(MarketAssignment.Auction, index: 1), index: 1);
        market.World.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new ForfeitOpening(market.Task(final).LedgerTask)));
        Assert.Equal(MarketTaskState.Final, market.Market.Advance(final));
        _ = market.Post(market.Posting(MarketAssignment.Auction));
        return market;
    }

    public static Digest Answered(MarketWorld market, MarketPosting posting, int index = 0)
    {
        Digest task = market.Post(posting);
        ISigner provider = market.Providers.First(signer => market.Market.State.GetProvider(signer.PublicKey.Id).StateAt(market.Now) == MarketProviderState.Free);
        Assert.Equal(MarketRefusal.None, market.Bid(provider, task, 100));
        Assert.NotNull(market.Offer(task, index).Output);
        return task;
    }

    public static Signed<MarketCommand> Challenge(MarketWorld market, Digest task)
    {
        ISigner watcher = TestWorld.Key("watcher");
        if (market.World.Ledger.State.GetAccount(watcher.PublicKey.Id).Stake == Amount.Zero)
        {
            Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(watcher.PublicKey.Id, new Amount(3_000))));
            Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Bond(watcher.PublicKey.Id, new Amount(3_000))));
        }

        return watcher.Sign(MarketCommand.Challenge(market.World.Ledger.Id, watcher.PublicKey.Id, task));
    }

    public static NodeId Drawn(MarketWorld market, Digest id, int attempt)
    {
        MarketTask task = market.Task(id);
        WeightTree stakes = market.World.Ledger.Stakes;
        return Enumerable.Range(0, 1024)
            .Select(draw => new NodeId(stakes.Leaves[StakeDraw.Draw(stakes, task.DrawSecret, task.Id, new Seat(TaskRole.Validator, (ushort)draw, (ushort)attempt), task.Claim)].Key))
            .First(node => node != task.Provider && node != task.Challenger && !task.Excludes(node));
    }

    public static void AddPlain(TestWorld world, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], Plain(world)));
        }
    }

    // Takes any terms: the market's own tasks are under a judge of sampling here, for want of one of its own.
    public static LocalProviderOptions Plain(TestWorld world) => world.ProviderOptions with { AcceptsTerms = (_, _) => true };
}
