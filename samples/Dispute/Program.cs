using System.Globalization;
using Dispute;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Graph;

// A provider claims an answer in which one number somewhere inside the model is off by one unit in the last place. A watcher who ran the model notices, and the dispute ends in that number.
if (!Settings.TryParse(args, out Settings settings))
{
    Console.Error.WriteLine(Settings.Usage);
    return 2;
}

return settings.Verify is null ? await Play(settings) : Verify(settings);

static int Verify(Settings settings)
{
    if (!Canonical.TryRead(File.ReadAllBytes(settings.Verify!), out DisputeTranscript? transcript))
    {
        Console.WriteLine("these bytes are no transcript");
        return 1;
    }

    OnnxModel model = Stage.Load(settings.Model);
    DisputeRefusal refusal = transcript.Replay(Stage.RefereeOf(model), SignatureSchemes.Default, out DisputeState? state, out int at);
    if (refusal != DisputeRefusal.None)
    {
        Console.WriteLine($"entry {at.ToString(CultureInfo.InvariantCulture)} is refused: {refusal}");
        return 1;
    }

    Console.WriteLine($"replayed {transcript.Entries.Length} entries of game {state!.Game}");
    Console.WriteLine(End(state, model));
    return 0;
}

static async Task<int> Play(Settings settings)
{
    using Stage stage = new(settings);
    long time = 1_000;
    DisputeCourt court = new(Stage.Terms, SignatureSchemes.Default, stage.Referee);
    Require(court.Post(DisputeDocket.Empty, stage.Claim, Stage.Terms.ClaimBond, time, out DisputeDocket docket));
    Console.WriteLine($"model {settings.Model}: {stage.Referee.NodeCount} graph nodes; the provider posts a claim with a bond of {Stage.Terms.ClaimBond}");
    bool agrees = await stage.Challenger.AgreesAsync();
    Console.WriteLine(agrees ? "the watcher's own run agrees with the claim; somebody challenges it all the same" : "the watcher's own run does not agree with the claim");

    Signed<DisputeOpening> opening = stage.Challenger.Open(nonce: default);
    Require(court.Open(docket, opening, Stage.Terms.ChallengeBond, time += 100, out docket));
    Console.WriteLine($"challenger: opens a game with a bond of {Stage.Terms.ChallengeBond}");
    DisputeTranscript transcript = new(stage.Claim, Stage.Terms, opening, time, []);
    DisputeState state = docket.Games[opening.Body.Game].State;
    while (state.Stage != DisputeStage.Decided)
    {
        string party = state.IsClaimantsTurn ? "defender" : "challenger";
        bool isSilent = settings.Silent == "both" || settings.Silent == party;
        Signed<DisputeMove>? move = isSilent ? null
            : state.IsClaimantsTurn ? await stage.Defender.AnswerAsync(transcript, state)
            : await stage.Challenger.AnswerAsync(transcript, state);
        time = move is null ? (long)state.Deadline : time + 100;
        Require(move is null ? court.CallTime(docket, state.Game, time, out docket) : court.Move(docket, move, time, out docket));
        transcript = transcript.Add(time, move);
        Console.WriteLine(move is null ? $"{party}: says nothing; anybody calls its time" : $"{party}: {Describe(move.Body)}, {move.Body.ToBytes().Length} bytes");
        state = docket.Games[state.Game].State;
    }

    // Once the window is over, a claim that stands is final, and its bond goes back.
    _ = court.Finish(docket, stage.Claim.Body.Digest, time + (long)Stage.Terms.LongestFinality, out docket);
    Console.WriteLine($"bonds: the provider has {docket.CreditOf(stage.Provider)}, the challenger {docket.CreditOf(stage.Watcher)}, {docket.Burnt} are burnt; of {docket.Deposited}, conserved: {docket.IsConserved}");
    if (settings.Transcript is { } path)
    {
        File.WriteAllBytes(path, transcript.ToBytes());
        Console.WriteLine($"transcript: {transcript.ToBytes().Length} bytes");
    }

    Console.WriteLine(End(state, stage.Model));
    return 0;
}

static string Describe(DisputeMove move) => move.Kind switch
{
    DisputeMoveKind.RevealTrace => $"shows {move.Leaves!.Leaves.Length} leaves of the trace",
    DisputeMoveKind.NameOutput => $"names graph node {move.Name!.Leaf.Leaf.Node}, output {move.Name.Output}, {move.Name.Layout}",
    DisputeMoveKind.RevealChunks => $"shows {move.Digests!.Digests.Length} digests of chunks of {move.Digests.Header.Type}{move.Digests.Header.Shape}",
    DisputeMoveKind.NameChunk => $"names chunk {move.Chunk}",
    DisputeMoveKind.RevealChunk => $"shows chunk {move.Bytes!.Chunk}",
    _ => $"accuses element {move.Accusation!.Element} of graph node {move.Accusation.Leaf!.Leaf.Node}, with {move.Accusation.Inputs.Length} inputs opened",
};

static string End(DisputeState state, OnnxModel model)
{
    string how = state.Cause == DisputeCause.Ruling ? $"{state.Ruling.Reason}" : $"{state.Cause}";
    string verdict = state.Result == DisputeResult.Convicted ? "convicted" : "acquitted";
    return state.Element < 0
        ? $"{verdict}: {how}"
        : FormattableString.Invariant($"{verdict}: {how} at graph node {state.Node} ({model.Nodes[state.Node].OperatorType}), output {state.Output}, element {state.Element}: ")
            + FormattableString.Invariant($"claimed {Number(state.Ruling.Claimed)}, recomputed {Number(state.Ruling.Expected)}");
}

static string Number(ulong bits) => FormattableString.Invariant($"{BitConverter.UInt32BitsToSingle((uint)bits):R} ({(uint)bits:X8})");

static void Require(DisputeRefusal refusal)
{
    if (refusal != DisputeRefusal.None)
    {
        throw new InvalidOperationException($"Expected an honest program's move to be accepted, got {refusal}.");
    }
}
