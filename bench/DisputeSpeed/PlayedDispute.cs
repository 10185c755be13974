using System.Diagnostics;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.DisputeSpeed;

/// <summary>A dispute over a run of a network, played to its ruling by both sides' own programs, each of which runs the model again for what it shows.</summary>
/// <remarks>The claim is right and the challenger accuses an element all the same: the moves, the evidence and the ruling's work are those over a wrong element.</remarks>
internal sealed class PlayedDispute
{
    private const int Repetitions = 20;

    private static readonly GenerationOptions _options = new(seed: 1);
    private readonly Network _network;
    private readonly CanonicalEngine _engine;
    private readonly CanonicalReferee _referee;
    private readonly string _name;

    public PlayedDispute(string name, Network network)
    {
        _name = name;
        _network = network;
        _engine = new CanonicalEngine(network.Model, new CanonicalEngineOptions { Threads = 1 });
        _referee = CanonicalReferee.TryCreate(network.Model, null, out CanonicalReferee? referee, out Onnx.Format.ModelRefusal? refusal) ? referee : throw new InvalidOperationException(refusal.ToString());
    }

    public async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        using var claimant = EcdsaP256Signer.FromSeed("claimant"u8);
        using var challenger = EcdsaP256Signer.FromSeed("challenger"u8);
        RepeatedRun claimed = new(_engine, _network.Inputs, _options);
        RepeatedRun watched = new(_engine, _network.Inputs, _options);
        double inference = Least(5, () => _engine.RunAsync(_network.Inputs, _options).AsTask().GetAwaiter().GetResult());
        TraceTree trace = await claimed.GetTraceAsync().ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        _ = await watched.GetTraceAsync().ConfigureAwait(false);
        double watching = clock.Elapsed.TotalMilliseconds;
        DisputedClaim claim = await ClaimAsync(claimant, challenger.PublicKey.Id, trace).ConfigureAwait(false);

        // A product deep in the network, and an element in its middle.
        int node = _network.Model.Nodes.Where(static node => node.OperatorType is "Conv" or "MatMul" or "Gemm").Select(static node => node.Index).Where(index => index < 2 * trace.Leaves.Length / 3).Max();
        TensorValue output = (await claimed.GetOutputsAsync(new HashSet<int> { node }).ConfigureAwait(false))[node][0]!;
        claimed = new RepeatedRun(_engine, _network.Inputs, _options);
        _ = await claimed.GetTraceAsync().ConfigureAwait(false);
        DisputeDefender defense = new(claim, claimed, claimant);
        DisputeChallenger attack = new(claim, _network.Model, _network.Inputs, watched, challenger) { Insistence = (node, 0, output.Length / 2) };
        DisputeTerms terms = new() { ClaimBond = new Amount(1), ChallengeBond = new Amount(1) };

        clock.Restart();
        DisputeGame rules = new(claim, terms, _referee, SignatureSchemes.Default);
        Signed<DisputeOpening> opening = attack.Open(default, terms);
        _ = rules.Open(opening, 0, out DisputeState? state);
        DisputeTranscript transcript = new(claim, terms, opening, 0, []);
        int rounds = 0;
        while (state!.Stage != DisputeStage.Decided)
        {
            rounds += state.IsClaimantsTurn ? 0 : 1;
            Signed<DisputeMove> move = (state.IsClaimantsTurn ? await defense.AnswerAsync(transcript, state).ConfigureAwait(false) : await attack.AnswerAsync(transcript, state).ConfigureAwait(false))
                ?? throw new InvalidOperationException($"Expected a move at {state.Stage}, got none.");
            DisputeRefusal refusal = rules.Apply(state, move, 0, out state);
            transcript = refusal == DisputeRefusal.None ? transcript.Add(0, move) : throw new InvalidOperationException($"Expected a move that is accepted, got {refusal}.");
        }

        double wall = clock.Elapsed.TotalMilliseconds;
        Accusation accusation = transcript.Entries[^1].Move!.Body.Accusation!;
        double step = Least(Repetitions, () => _referee.Judge(claim, claim.Trace, accusation));
        string place = FormattableString.Invariant($"{trace.Leaves.Length} graph nodes, 1 thread; node {node}, {_network.Model.Nodes[node].OperatorType} to {output}; {state.Ruling.Reason}");
        return
        [
            new Row($"dispute-{_name}-rounds", rounds, 4, null, "rounds", place),
            new Row($"dispute-{_name}-referee", step, 10, inference, "ms", "the referee's recomputation of one element, least of 20; peer: one inference"),
            new Row($"dispute-{_name}-witness", accusation.ToBytes().Length / 1024.0, 128, null, "KB", "the accusation's encoding"),
            new Row($"dispute-{_name}-wall", wall, (3 * inference) + 100, inference, "ms", "from opening to ruling, both sides; their first traced runs came before"),
            new Row($"dispute-{_name}-watch", watching, null, inference, "ms", "the watcher's own traced run, which finds that a claim is wrong"),
            new Row($"dispute-{_name}-transcript", transcript.ToBytes().Length / 1024.0, 300, null, "KB", "the whole game with claim and signatures"),
        ];
    }

    private async ValueTask<DisputedClaim> ClaimAsync(EcdsaP256Signer claimant, NodeId requester, TraceTree trace)
    {
        NamedTensors outputs = await _engine.RunAsync(_network.Inputs, _options).ConfigureAwait(false);
        TaskEnvelope envelope = new()
        {
            Ledger = requester,
            Requester = requester,
            Provider = claimant.PublicKey.Id,
            Work = new WorkDescription(_network.Model.Id, CommittedTensors.Of(_network.Inputs), _options, NumericProfile.CanonicalFloat32),
            Strategy = "benchmark",
            Terms = OpaqueBytes.Empty,
            Binding = default,
            AuditCommitment = default,
            Reward = default,
            Escrow = default,
            StakeAtRisk = default,
            Deadline = 0,
            OpeningDeadline = 0,
        };
        InferenceClaim claim = InferenceClaim.For(envelope, CommittedTensors.Of(outputs), default).WithTrace(trace.Commitment);
        return new DisputedClaim(envelope, SignedClaim.Sign(claim, claimant), trace.Commitment);
    }

    private static double Least<T>(int repetitions, Func<T> work)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i <= repetitions; i++)
        {
            var clock = Stopwatch.StartNew();
            _ = work();
            least = i == 0 ? least : Math.Min(least, clock.Elapsed.TotalMilliseconds);
        }

        return least;
    }
}
