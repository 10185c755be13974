using System.Text;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Samples.Quickstart;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>One strategy on one set of terms: a ledger and a market in one journal, twenty providers, and tasks that come in at random times.</summary>
internal sealed class Scenario
{
    /// <summary>The stream of a scenario's journal that holds its result, as its last record.</summary>
    public const byte ResultStream = 3;

    private static readonly Amount _budget = new(1_000_000_000);

    private readonly ScenarioPlan _plan;
    private readonly ulong _seed;
    private readonly SampleModels _models;
    private readonly VirtualTime _time = new();
    private readonly SeededRandomSource _randomness;
    private readonly ISigner _requester;
    private readonly VerificationStrategy _strategy;
    private readonly InferenceLedger _ledger;
    private readonly Tasks.TaskMarket _market;
    private readonly InferenceNetwork _network;
    private readonly List<(Role Role, NodeId Id, Meter Meter)> _providers = [];

    public Scenario(ScenarioPlan plan, ulong seed, SampleModels models, RecordStore store)
    {
        (_plan, _seed, _models) = (plan, seed, models);
        _randomness = new SeededRandomSource(seed);
        _requester = Key("requester");
        SeededBeacon beacon = new(seed);
        _strategy = plan.Create(_time, _randomness.Fork("mixer"), beacon);
        _ledger = SampleJournal.OpenLedger(store, Operator(seed), _time, _strategy);
        _market = new Tasks.TaskMarket(_ledger, _time, Digest.Of(Encoding.UTF8.GetBytes($"draws/{seed}")), store);
        Require(_ledger.Apply(new Deposit(_requester.PublicKey.Id, _budget)));
        _network = new InferenceNetwork(_ledger, [.. Cast.Roles.Select(AddProvider)], _time);
    }

    public static ISigner Operator(ulong seed) => KeyOf(seed, "operator");

    public ScenarioResult Run(int tasks)
    {
        MarketRunner runner = new(_market, _network, _requester, _strategy);
        IRandomSource arrivals = _randomness.Fork("arrivals");
        double at = _network.Now + 1000;
        List<Task<Answer>> runs = [];
        for (int i = 0; i < tasks; i++)
        {
            // About one task in half a second, at times that nobody can foresee.
            at += -520.0 * Math.Log((Chance.Below(arrivals, 1_000_000) + 1) / 1_000_001.0);
            runs.Add(RunTask(runner, i, (long)at));
        }

        Answer[] answers = _time.Run(new ValueTask<Answer[]>(Task.WhenAll(runs)));
        CloseRest();
        LedgerState state = _ledger.State;
        if (!state.Totals.IsConserved || state.Totals.Escrows != Amount.Zero)
        {
            throw new InvalidOperationException($"Expected a ledger that lost nothing and holds nothing back, got {state.Totals}.");
        }

        long[] times = [.. answers.Select(static answer => answer.Finality).Order()];
        return new ScenarioResult
        {
            Strategy = _plan.Strategy,
            IsSafe = _plan.IsSafe,
            Tasks = tasks,
            Final = _market.State.Tasks.Values.Count(static task => task.State == MarketTaskState.Final),
            Wrong = answers.Count(static answer => answer.IsWrong),
            WrongVerified = answers.Count(static answer => answer.IsWrong && answer.IsVerified),
            Verified = _market.State.Tasks.Values.Count(static task => task.IsVerified),
            Computations = answers.Sum(static answer => answer.Computations),
            Spent = checked((long)(_budget - _ledger.BalanceOf(_requester.PublicKey.Id)).Units),
            Burnt = (long)state.Totals.Burnt.Units,
            IsCalledSafe = _strategy.Assess().IsHonestySecure,
            Earners = [.. Enum.GetValues<Role>().Where(static role => role != Role.None).Select(role => EarnerOf(role, answers))],
            Finality = [.. Enumerable.Range(0, 101).Select(hundredth => times[Math.Min(times.Length - 1, hundredth * times.Length / 100)])],
            LedgerHash = _ledger.SignHead().Body.Hash.ToString(),
        };
    }

    private async Task<Answer> RunTask(MarketRunner runner, int number, long at)
    {
        await _network.WaitUntilAsync(at);
        int image = number % _models.Images.Length;
        NamedTensors inputs = _models.Images[image].Inputs;
        GenerationOptions options = new((ulong)image);
        MarketPosting posting = new()
        {
            Ledger = _ledger.Id,
            Requester = _requester.PublicKey.Id,
            Work = new WorkDescription(_models.Honest.Description.ModelId, CommittedTensors.Of(inputs), options, NumericProfile.CanonicalFloat32),
            Strategy = _strategy.Name,
            Assignment = MarketAssignment.Strategy,
            PriceLimit = new Amount(Terms.Reward),
            Collateral = Amount.Zero,
            Expiry = at + 86_400_000,
            AcceptWindow = 0,
            ChallengeWindow = 0,
            MaxReassignments = 8,
            Nonce = Digest.Of(Encoding.UTF8.GetBytes($"{_seed}/{number}")),
        };
        Require(runner.Post(posting));
        IRandomSource secrets = _randomness.Fork("secrets " + number);
        int computations = 0;
        List<NodeId> slashed = [];
        for (int run = 0; ; run++)
        {
            InferenceOrder order = new() { Requester = _requester, ModelId = posting.Work.ModelId, Inputs = inputs, Options = options, Randomness = secrets.Fork("run " + run) };
            MarketRun result = await runner.RunAsync(posting.Digest, order);
            Require(result.Refusal);
            computations += result.Outcome!.Computations;
            slashed.AddRange(result.Outcome.Slashed);
            if (result.State != MarketTaskState.Queued)
            {
                bool isWrong = result.Outcome.Output is { } output && !CommittedTensors.Of(output).Equals(_models.Right[image]);
                return new Answer(isWrong, result.Outcome.Verdict.IsAccepted, computations, _network.Now - at, slashed);
            }
        }
    }

    // What requests left behind that came to no settlement: the ledger closes it by its clocks, whoever asks.
    private void CloseRest()
    {
        _time.Advance(TimeSpan.FromHours(2));
        foreach (TaskRecord task in _ledger.State.Tasks.Values.Where(static task => !task.IsClosed).ToArray())
        {
            _ = _ledger.Apply(task.IsUnrevealed || task.State == TaskState.Accepted ? new ExpireSilence(task.Task) : new ForfeitOpening(task.Task));
        }
    }

    private IProvider AddProvider(Role role, int index)
    {
        ISigner signer = Key($"provider {index}");
        Meter meter = new();
        _providers.Add((role, signer.PublicKey.Id, meter));
        Require(_ledger.Apply(new Deposit(signer.PublicKey.Id, new Amount(Terms.Stake))));
        Require(_ledger.Apply(new Bond(signer.PublicKey.Id, new Amount(Terms.Stake))));
        IRandomSource pace = _randomness.Fork("pace " + index);
        return CheatFactory.Create(Cast.KindOf(role), new CheatSetup
        {
            Signer = signer,
            Ledger = _ledger,
            Engine = new MeteredEngine(new PacedEngine(_models.Honest, _time, pace), meter, Terms.HonestCost),
            Substitute = role == Role.Lazy
                ? new MeteredEngine(new PacedEngine(_models.Skipped, _time, pace), meter, Terms.HonestCost * DigitModels.SkippedShare)
                : new MeteredEngine(new PacedEngine(_models.Cheaper, _time, pace), meter, Terms.HonestCost * DigitModels.CheaperShare),
            Seed = _seed,
            Options = new LocalProviderOptions
            {
                Time = _time,
                Randomness = _randomness.Fork("salts " + index),

                // In scenarios with unsafe terms providers take what is offered.
                AcceptsTerms = _plan.IsSafe ? null : static (_, _) => true,
            },
        });
    }

    private Earner EarnerOf(Role role, Answer[] answers)
    {
        HashSet<NodeId> members = [.. _providers.Where(provider => provider.Role == role).Select(static provider => provider.Id)];
        long worth = members.Sum(member => (long)(_ledger.State.GetAccount(member).Balance + _ledger.State.GetAccount(member).Stake).Units);
        return new Earner(
            role,
            members.Count,
            _ledger.State.Tasks.Values.Count(task => members.Contains(task.Provider) && task.State != TaskState.Cancelled),
            answers.Sum(answer => answer.Slashed.Count(members.Contains)),
            worth - (members.Count * (long)Terms.Stake),
            (long)Math.Round(_providers.Where(provider => members.Contains(provider.Id)).Sum(static provider => provider.Meter.Cost)));
    }

    private ISigner Key(string name) => KeyOf(_seed, name);

    // Keys that anybody who knows the seed can derive: for a sample only.
    private static EcdsaP256Signer KeyOf(ulong seed, string name) => EcdsaP256Signer.FromSeed(Encoding.UTF8.GetBytes($"task-market/{seed}/{name}"));

    private static void Require<T>(T refusal)
        where T : struct, Enum
    {
        if (!EqualityComparer<T>.Default.Equals(refusal, default))
        {
            throw new InvalidOperationException($"Expected no refusal, got {refusal}.");
        }
    }

    private sealed record Answer(bool IsWrong, bool IsVerified, int Computations, long Finality, IReadOnlyList<NodeId> Slashed);
}
