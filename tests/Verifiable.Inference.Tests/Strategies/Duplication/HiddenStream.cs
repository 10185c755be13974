using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>A long stream of requests by one requester, and what every provider saw of every envelope when it had to decide.</summary>
internal sealed class HiddenStream
{
    private readonly List<(Digest Binding, long OpenedAt, double[] Features)> _notes = [];
    private readonly Dictionary<Digest, TaskRole> _roles = [];
    private readonly Dictionary<Digest, long> _deadlines = [];
    private readonly HashSet<Digest> _checked = [];
    private readonly HashSet<Digest> _canaries = [];
    private readonly HashSet<Digest> _canaryReceipts = [];
    private readonly Dictionary<object, int> _seen = [];

    private HiddenStream(IReadOnlyList<VerificationOutcome> outcomes, InferenceLedger ledger, EnvelopeMixer? mixer) => (Outcomes, Ledger, Mixer) = (outcomes, ledger, mixer);

    public IReadOnlyList<VerificationOutcome> Outcomes { get; private set; }

    public InferenceLedger Ledger { get; private set; }

    public EnvelopeMixer? Mixer { get; }

    /// <summary>Gets what was seen of envelopes that were opened after the warm-up and before the last orders.</summary>
    /// <param name="from">The time from which envelopes count.</param>
    /// <param name="to">The time to which they count.</param>
    /// <param name="showsRound">Whether to add what terms would show that named the beacon's round, which follows from the request's deadline.</param>
    public (double[][] Features, bool[] IsTwin, bool[] HasTwin) Settled(long from, long to, bool showsRound = false)
    {
        (Digest Binding, long OpenedAt, double[] Features)[] kept = [.. _notes.Where(note => note.OpenedAt >= from && note.OpenedAt < to && _roles.ContainsKey(note.Binding))];
        return ([.. kept.Select(note => showsRound ? [.. note.Features, _deadlines[note.Binding] - note.OpenedAt] : note.Features)], [.. kept.Select(note => _roles[note.Binding] == TaskRole.Validator)], [.. kept.Select(note => _checked.Contains(note.Binding))]);
    }

    /// <summary>Gets what was seen of all envelopes in that time, in the order in which they were opened, and whether each is a voter's.</summary>
    public (double[][] Features, bool[] IsVote) SettledVotes(long from, long to)
    {
        (Digest Binding, long OpenedAt, double[] Features)[] kept = [.. _notes.Where(note => note.OpenedAt >= from && note.OpenedAt < to && _roles.ContainsKey(note.Binding)).OrderBy(static note => note.OpenedAt)];
        return ([.. kept.Select(note => note.Features)], [.. kept.Select(note => _roles[note.Binding] == TaskRole.Voter)]);
    }

    /// <summary>Gets the same with what providers that compare notes know of the inputs, and whether the envelope is of a canary.</summary>
    public (double[][] Features, bool[] IsCanary) SettledCanaries(long from, long to)
    {
        (Digest Binding, long OpenedAt, double[] Features)[] kept = [.. _notes.Where(note => note.OpenedAt >= from && note.OpenedAt < to && _roles.ContainsKey(note.Binding))];
        return ([.. kept.Select(note => note.Features)], [.. kept.Select(note => _canaries.Contains(note.Binding))]);
    }

    /// <summary>Runs a stream: orders arrive at random times; at a load above 1 they arrive faster than rounds take them, so that rounds are full.</summary>
    public static HiddenStream Run(int orders, int round, bool mixes, double load, ulong seed, Func<int, IRandomSource, IReadOnlyList<float[]>, float[]>? canaries = null, StreamFaults? faults = null)
    {
        // What waits for the clock goes on here, not on the test runner's threads: else a run would not replay.
        SynchronizationContext.SetSynchronizationContext(null);
        VirtualTime time = new();
        SeededRandomSource randomness = new(seed);
        EnvelopeMixer? mixer = mixes ? new EnvelopeMixer(round, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), time, randomness.Fork("mixer")) : null;
        HiddenDuplicationStrategy strategy = new(new HiddenDuplicationOptions
        {
            Beacon = faults is null
                ? TestWorld.Beacon
                : new HashChainBeacon(Digest.Of("chain"u8), time.GetUtcNow(), TimeSpan.FromSeconds(30), 1 << 12, time),
            DuplicationRate = Rate,
            Mixer = mixer,
            SettlementDelay = faults?.SettlementDelay ?? (mixes ? TimeSpan.FromMinutes(2) : TimeSpan.Zero),
            OpeningWindow = TimeSpan.FromHours(2),
        });
        InferenceLedger ledger = new(TestWorld.Key("operator"), SignatureSchemes.Default, time, strategy);
        ISigner requester = TestWorld.Key("requester");
        _ = ledger.Apply(new Deposit(requester.PublicKey.Id, new Amount(1_000_000_000)));
        HiddenStream stream = new([], ledger, mixer);
        LedgerView view = new(ledger);
        NumericProfile profile = NumericProfile.CanonicalFloat32;
        List<Inference.Providers.IProvider> providers = [];
        IRandomSource pauses = randomness.Fork("pauses");
        for (int i = 0; i < 24; i++)
        {
            ISigner signer = TestWorld.Key("provider " + i);
            _ = ledger.Apply(new Deposit(signer.PublicKey.Id, new Amount(100_000_000)));
            _ = ledger.Apply(new Bond(signer.PublicKey.Id, new Amount(100_000_000)));
            providers.Add(new WatchingProvider(
                signer,
                ledger,
                faults is null ? new SumEngine(0, profile) : new ErringEngine(profile, i + 1, faults.Rate, randomness.Fork("errors" + i)),
                new Inference.Providers.LocalProviderOptions { Time = time, Randomness = randomness.Fork("salts" + i) },
                view,
                () => TimeSpan.FromMilliseconds(1000 + Uniform(pauses, 8000)),
                (binding, opened, features, inputs) => stream._notes.Add((binding, opened, canaries is null ? features : [.. features, .. stream.Compare(inputs)]))));
        }

        Inference.Providers.InferenceNetwork network = new(ledger, providers, time);
        IRandomSource arrivals = randomness.Fork("arrivals");
        IRandomSource contents = randomness.Fork("contents");
        List<float[]> past = [];
        double gap = 1000.0 / (round * load / (1 + Rate));
        double at = network.Now;
        List<Task<VerificationOutcome>> runs = [];
        for (int i = 0; i < orders; i++)
        {
            at += -gap * Math.Log((Uniform(arrivals, 1_000_000) + 1) / 1_000_001.0);
            if (canaries is null)
            {
                runs.Add(RunOne((long)at, i, [i, 2, 3], isCanary: false));
                continue;
            }

            // Each arrival is a canary with probability one third: one for two real orders.
            bool isCanary = Uniform(contents, 3) == 0;
            float[] inputs = isCanary ? canaries(i, contents, past) : Fresh(contents);
            if (!isCanary)
            {
                past.Add(inputs);
            }

            runs.Add(RunOne((long)at, i, inputs, isCanary));
        }

        VerificationOutcome[] outcomes = time.Run(new ValueTask<VerificationOutcome[]>(Task.WhenAll(runs)));
        stream.Outcomes = outcomes;
        stream.End = (long)at;
        foreach (VerificationOutcome outcome in outcomes.Where(outcome => outcome.Receipt is not null))
        {
            stream.Label(outcome.Receipt!, stream._canaryReceipts.Contains(outcome.Receipt!.Request.Digest));
        }

        return stream;

        async Task<VerificationOutcome> RunOne(long start, int number, float[] inputs, bool isCanary)
        {
            await network.WaitUntilAsync(start);
            InferenceOrder order = new()
            {
                Requester = requester,
                ModelId = TestWorld.Model,
                Inputs = NamedTensors.Of("x", TensorValue.Create(inputs, 3)),
                Profile = profile,
                Randomness = randomness.Fork("order" + number),
            };
            if (!isCanary)
            {
                return await strategy.RunAsync(order, network);
            }

            NamedTensors known = await new SumEngine(0, profile).RunAsync(order.Inputs, order.Options);
            CanaryOutcome canary = await strategy.RunCanaryAsync(order, known, network, CancellationToken.None);
            Assert.Equal(CanaryFinding.Right, canary.Finding);
            _ = stream._canaryReceipts.Add(canary.Verification.Receipt!.Request.Digest);
            return canary.Verification;
        }
    }

    /// <summary>Draws inputs as real orders have them.</summary>
    public static float[] Fresh(IRandomSource randomness) => [(float)Uniform(randomness, 10_000), (float)Uniform(randomness, 10_000), (float)Uniform(randomness, 10_000)];

    /// <summary>Draws one of some.</summary>
    public static T OneOf<T>(IReadOnlyList<T> items, IRandomSource randomness) => items[(int)Uniform(randomness, items.Count)];

    // What all providers together know of inputs: how often they saw these before, and how often each part.
    private double[] Compare(NamedTensors inputs)
    {
        float[] values = inputs["x"].AsSpan<float>().ToArray();
        double[] features = [.. values, Count(string.Join(' ', values)), Count((0, values[0])), Count((1, values[1])), Count((2, values[2]))];
        return features;

        double Count(object part) => (_seen[part] = _seen.GetValueOrDefault(part) + 1) - 1;
    }

    public const double Rate = 0.3;

    /// <summary>Gets when the last order arrived.</summary>
    public long End { get; private set; }

    private void Label(Receipt receipt, bool isCanary)
    {
        _ = SamplingRecord.TryRead(receipt.Case.Record.Span, receipt.Case.Signatures.AsSpan()[ReceiptCase.CommonSignatures..], out SamplingRecord? record);
        bool isPair = record!.Seats.Any(seat => seat.Seat.Role == TaskRole.Validator);
        foreach (SeatRecord seat in record.Seats)
        {
            Digest binding = AuditDraws.Binding(record.Secret, receipt.Request.Digest, seat.Seat);
            _roles[binding] = seat.Seat.Role;
            _deadlines[binding] = receipt.Request.Deadline;
            if (isPair)
            {
                _ = _checked.Add(binding);
            }

            if (isCanary)
            {
                _ = _canaries.Add(binding);
            }
        }
    }

    private static double Uniform(IRandomSource source, int below)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        source.Fill(bytes);
        return BitConverter.ToUInt64(bytes) % (ulong)below;
    }
}
