using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>
/// Behaviour against closed form: the real strategy, ledger and draws over many requests, and the books of one provider with half of the stake that cheats only when its envelope
/// says that it holds all three seats, so that nobody contradicts it.
/// </summary>
public sealed class QuorumEconomicsTests
{
    private const ulong Unit = 1_000_000_000;
    private const int HonestCost = 100;

    // 300 requests, of which an eighth is its own: 37 ± 29 with a false alarm below 10^-6. Each cheat saves 100; escalated, it loses 3 · 3120.
    [Theory]
    [InlineData(0, true)]
    [InlineData(0.004, true)]
    [InlineData(0.3, false)]
    public void Cheating_pays_where_the_advisor_says_so_and_loses_where_it_says_secure(double rate, bool pays)
    {
        QuorumOptions options = new()
        {
            Beacon = new SeededBeacon(7),
            EscalationRate = rate,
            AllowsInsecureTerms = true,
            Bounty = Amount.Zero,

            // Where it holds the first committee it is not in the second.
            Costs = new QuorumCosts { HonestCost = HonestCost, CoalitionShare = 0.5m, DishonestVoterShare = 0 },
        };
        QuorumStrategy strategy = new(options);
        Assert.Equal(!pays, QuorumIncentivesMarginAtThree(options) > 0);
        (decimal cheating, int cheats) = Profit(strategy, cheats: true);
        (decimal honest, _) = Profit(strategy, cheats: false);
        Assert.InRange(cheats, 10, 70);
        Assert.Equal(pays, cheating > honest);
    }

    private static decimal QuorumIncentivesMarginAtThree(QuorumOptions options) => Inference.Incentives.QuorumIncentives.Margin(options.Costs.ToEconomics(options), 3);

    private static (decimal Profit, int Cheats) Profit(QuorumStrategy strategy, bool cheats)
    {
        VirtualTime time = new();
        InferenceLedger ledger = new(ToySignatures.Key("operator"), ToySignatures.Schemes, time, strategy);
        SeededRandomSource randomness = new(15);
        ISigner requester = ToySignatures.Key("requester");
        CountingEngine engine = new(new SumEngine());
        int cheated = 0;
        List<IProvider> providers = [];
        for (int i = 0; i < 9; i++)
        {
            CheatSetup setup = new()
            {
                Signer = ToySignatures.Key("provider " + i),
                Ledger = ledger,
                Engine = i == 8 ? engine : new SumEngine(),
                Example = NamedTensors.Of("y", TensorValue.Create(new float[2], 2)),
                Seed = (ulong)i,
                Options = new LocalProviderOptions { Time = time, Randomness = randomness.Fork("salts " + i), CoalitionShare = 0 },
                CheatsOn = i < 8 ? null : envelope =>
                {
                    bool all = cheats && envelope.Reward == new Amount(360);
                    cheated += all ? 1 : 0;
                    return all;
                },
            };
            providers.Add(CheatFactory.Create(i == 8 ? CheatKind.RandomOutput : CheatKind.None, setup));
            Deposit(ledger, setup.Signer, i == 8 ? 8 * Unit : Unit);
            Assert.Equal(LedgerRefusal.None, ledger.Apply(new Bond(setup.Signer.PublicKey.Id, new Amount(i == 8 ? 8 * Unit : Unit))));
        }

        Deposit(ledger, requester, Unit);
        InferenceNetwork network = new(ledger, providers, time, ToySignatures.Schemes);
        for (int i = 0; i < 300; i++)
        {
            _ = time.Run(strategy.RunAsync(
                new() { Requester = requester, ModelId = TestWorld.Model, Inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { i }, 1)), Randomness = randomness }, network));
        }

        LedgerAccount account = ledger.State.Accounts[ToySignatures.Key("provider 8").PublicKey.Id];
        return ((decimal)account.Balance.Units + account.Stake.Units - (8 * Unit) - (HonestCost * engine.Runs), cheated);
    }

    private static void Deposit(InferenceLedger ledger, ISigner node, ulong units) => Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(node.PublicKey.Id, new Amount(units))));
}
