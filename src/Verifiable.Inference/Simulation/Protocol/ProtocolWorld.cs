using System.Buffers.Binary;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>One ledger with its providers in virtual time, all from one seed, on which tasks run one after the other. Used once, by one thread.</summary>
internal sealed class ProtocolWorld
{
    private const ulong RequesterMoney = 1UL << 60;

    private static readonly Digest _model = Digest.Of("a simulated model"u8);

    private readonly ProtocolScenario _scenario;
    private readonly VirtualTime _time = new();
    private readonly CounterRandomSource _randomness;
    private readonly KeyedHashSigner _requester;
    private readonly InferenceNetwork _network;
    private readonly SimulatedProvider[] _providers;
    private readonly Dictionary<NodeId, SimulatedProvider> _byId = [];
    private readonly WorldResult _result;

    public ProtocolWorld(ProtocolScenario scenario, uint number, int tasks)
    {
        _scenario = scenario;
        _randomness = new CounterRandomSource(scenario.Seed, number);
        KeyedHashScheme scheme = new(_randomness.Fork("signatures"));
        SignatureSchemes schemes = new(scheme);
        Engine = new SimulatedEngine(new EngineDescription(_model, new NumericProfile("simulated-v1", "digest", ComparisonOf(scenario.Strategy))));
        Hash = new KeyedHash(_randomness.Fork("answers"));
        _requester = new KeyedHashSigner(scheme, "requester");
        KeyedHashSigner ledgerOperator = new(scheme, "operator");
        Ledger = new InferenceLedger(new CountingStore(ledgerOperator.PublicKey.Id.Value), ledgerOperator, schemes, _time, [scenario.Strategy]);
        Deposit(_requester.PublicKey.Id, RequesterMoney);
        Groups = [.. scenario.Groups.Select(group => new WorldGroup(group, tasks))];
        _result = new WorldResult(Groups, tasks);
        List<SimulatedProvider> providers = [];
        foreach (WorldGroup group in Groups)
        {
            SharedAnswers ring = new();
            for (int i = 0; i < group.Group.Count; i++)
            {
                string name = "provider " + providers.Count;
                LocalProviderOptions options = new()
                {
                    Time = _time,
                    Randomness = _randomness.Fork("salts " + name),
                    AcceptsTerms = static (_, _) => true,
                    MostStakePerReward = ulong.MaxValue,
                    LongestLock = TimeSpan.FromDays(1000),
                };
                SimulatedProvider provider = new(this, group, ring, new KeyedHashSigner(scheme, name), new RandomStream(_randomness.Fork("choices " + name)), options);
                providers.Add(provider);
                _byId.Add(provider.Id, provider);
                Deposit(provider.Id, group.Group.StakeEach);
                Require(Ledger.Apply(new Bond(provider.Id, new Amount(group.Group.StakeEach))));
            }
        }

        _providers = [.. providers];
        _network = new InferenceNetwork(Ledger, providers, _time, schemes);
        SoleReward = scenario.Strategy is QuorumStrategy quorum ? quorum.Options.Reward * (ulong)quorum.Options.SizesFor(_providers.Length).Seats : null;
        foreach (SimulatedProvider provider in _providers)
        {
            provider.Worth = WorthOf(provider.Id);
        }
    }

    public InferenceLedger Ledger { get; }

    public KeyedHash Hash { get; }

    public SimulatedEngine Engine { get; }

    public ProtocolScenario Scenario => _scenario;

    public WorldGroup[] Groups { get; }

    /// <summary>Gets what all nodes have answered to the present request, as far as it leaks.</summary>
    public SharedAnswers Leaked { get; } = new();

    /// <summary>Gets the reward of an envelope that holds every seat of a quorum; null where roles are told apart by who is first.</summary>
    public Amount? SoleReward { get; }

    /// <summary>Gets the number of answers to the present request.</summary>
    public int AnswersOfRequest { get; set; }

    /// <summary>Gets the number of answers to the present request that were not the right one.</summary>
    public int WrongAnswersOfRequest { get; set; }

    public WorldResult Run(CancellationToken cancellationToken)
    {
        byte[] input = new byte[sizeof(long)];
        for (int task = 0; task < _result.Outcomes.Length; task++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BinaryPrimitives.WriteInt64LittleEndian(input, task);
            AnswersOfRequest = 0;
            WrongAnswersOfRequest = 0;
            Leaked.Clear();
            VerificationOutcome outcome = _time.Run(_scenario.Strategy.RunAsync(
                new InferenceOrder
                {
                    Requester = _requester,
                    ModelId = _model,
                    Inputs = NamedTensors.Of("x", TensorValue.Create<byte>(input, input.Length)),
                    Profile = Engine.Description.Profile,
                    Randomness = _randomness,
                },
                _network,
                cancellationToken));
            if (!outcome.LateSettlement.IsCompleted)
            {
                _ = _time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
            }

            Enter(task, outcome);
        }

        return _result;
    }

    private static void Require(LedgerRefusal refusal)
    {
        if (refusal != LedgerRefusal.None)
        {
            throw new InvalidOperationException($"Expected a ledger that takes the scenario's stakes, got the refusal {refusal}.");
        }
    }

    private static string ComparisonOf(VerificationStrategy strategy) => strategy switch
    {
        Strategies.Sampling.SamplingStrategy sampling => sampling.Options.Comparer.Name,
        QuorumStrategy quorum => quorum.Options.Comparer.Name,
        Strategies.Duplication.HiddenDuplicationStrategy duplication => duplication.Options.Comparer.Name,
        _ => Comparison.OutputComparers.Exact.Name,
    };

    private void Enter(int task, VerificationOutcome outcome)
    {
        _result.Accepted += outcome.Verdict.IsAccepted ? 1 : 0;
        _result.Rejected += outcome.Verdict.Kind == VerdictKind.Rejected ? 1 : 0;
        _result.Computations += outcome.Computations;
        _result.UndetectedFrauds += WrongAnswersOfRequest > 0 && outcome.Slashed.IsEmpty ? 1 : 0;
        int asserter = -1;
        if (outcome.Asserter is { } first)
        {
            WorldGroup group = _byId[first].Group;
            asserter = Array.IndexOf(Groups, group);
            group.Assertions++;
            group.AuditedAssertions += outcome.WasAudited ? 1 : 0;
            group.AuditControls[task] = _scenario.Strategy is QuorumStrategy ? 0 : (outcome.WasAudited ? 1 : 0) - outcome.AuditProbability;
        }

        foreach (NodeId slashed in outcome.Slashed)
        {
            _byId[slashed].Group.Convictions++;
        }

        foreach (SimulatedProvider provider in _providers)
        {
            long worth = WorthOf(provider.Id);
            long profit = worth - provider.Worth - provider.CostOfRequest;
            provider.Worth = worth;
            provider.Group.Profits[task] += profit;
            provider.Learn(profit);
        }

        _result.Outcomes[task] = ((long)outcome.Verdict.Kind << 48) | ((long)outcome.Slashed.Length << 32) | ((outcome.WasAudited ? 1L : 0) << 24) | (long)(byte)(asserter + 1);
    }

    private long WorthOf(NodeId node)
    {
        LedgerAccount account = Ledger.AccountOf(node);
        return (long)(account.Balance + account.Stake + account.Unbonding).Units;
    }

    private void Deposit(NodeId node, ulong units) => Require(Ledger.Apply(new Deposit(node, new Amount(units))));
}
