using System.Globalization;
using Dispute;
using Verifiable.Inference;
using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Tensors;

// A provider claims an answer in which one number somewhere inside the model is off by one unit in the last place. A watcher who ran the model notices, the dispute ends in that number, the bonds move, and
// another provider is asked.
if (!Settings.TryParse(args, out Settings settings))
{
    Console.Error.WriteLine(Settings.Usage);
    return 2;
}

return settings.Verify is not null ? Verify(settings) : settings.Watch is not null ? await Watch(settings) : await Play(settings);

static int Verify(Settings settings)
{
    if (!Canonical.TryRead(File.ReadAllBytes(settings.Verify!), out DisputeTranscript? transcript))
    {
        Console.WriteLine("these bytes are no transcript");
        return 1;
    }

    OnnxModel model = Stage.Load(settings.Model);
    CanonicalReferee referee = Stage.RefereeOf(model);
    DisputeRefusal refusal = transcript.Replay(referee, SignatureSchemes.Default, out DisputeState? state, out int at);
    if (refusal != DisputeRefusal.None)
    {
        Console.WriteLine($"entry {at.ToString(CultureInfo.InvariantCulture)} is refused: {refusal}");
        return 1;
    }

    Console.WriteLine($"replayed {transcript.Entries.Length} entries of game {state!.Game}");
    if (state.RestsOnTimes)
    {
        Console.WriteLine("who was silent is by the times of whoever kept the transcript, and by nothing else");
    }

    Console.WriteLine(End(state, referee));
    return 0;
}

static async Task<int> Watch(Settings settings)
{
    Stage stage = new(settings);
    using Journal journal = Journal.Open(settings.Watch!, new JournalOptions { Identity = Digest.Of("sample/dispute/journal"u8) }).GetJournal();
    DisputeWatcher watcher = new(stage.Watcher, new PipedVenue(), journal, SignatureSchemes.Default, stage.Challenge, stage.Referee);
    while (await Console.In.ReadLineAsync() is { } line)
    {
        if (line == "step")
        {
            int taken = await watcher.StepAsync();
            Console.WriteLine("stepped " + taken.ToString(CultureInfo.InvariantCulture));
        }
        else if (Canonical.TryRead(Convert.FromBase64String(line["claim ".Length..]), out DisputedClaim? claim))
        {
            _ = watcher.Follow(claim);
        }
    }

    return 0;
}

static async Task<int> Play(Settings settings)
{
    Stage stage = new(settings);

    // Nothing below may leave the thread that moves the clock, and no context here would make it.
    VerificationOutcome outcome = stage.Time.Run(stage.Strategy.RunAsync(stage.Order, stage.Network));
    DisputedClaim claim = stage.Court.ReadClaims()[0];
    if (!outcome.IsProvisional || claim.Body.Provider != stage.Provider.PublicKey.Id)
    {
        throw new InvalidOperationException($"Expected the larger provider to be drawn and to answer, got {outcome.Verdict.Reason}.");
    }

    Console.WriteLine($"model {settings.Model}: {stage.Referee.NodeCount} graph nodes; the provider answers, with a claim bond of {Stage.Terms.ClaimBond}; the answer is provisional");
    (Amount provider, Amount watcher, Amount burnt) = (stage.Worth(stage.Provider) + Stage.Terms.ClaimBond, stage.Worth(stage.Watcher), stage.Ledger.State.Totals.Burnt);
    bool agrees = await new Verifiable.Inference.Onnx.Disputes.DisputeChallenger(
        claim, stage.Model, stage.Inputs, new Verifiable.Inference.Onnx.Disputes.RepeatedRun(stage.Engine, stage.Inputs, claim.Work.Options), stage.Watcher).AgreesAsync();
    Console.WriteLine(agrees ? "the watcher's own run agrees with the claim; it challenges it all the same" : "the watcher's own run does not agree with the claim");
    using IWatcher challenger = settings.Kill > 0 || settings.KillSeed > 0 ? new WatcherProcess(settings, stage, claim) : new OwnWatcher(stage.Watcher, stage, claim, stage.Challenge);
    using OwnWatcher defender = new(stage.Provider, stage, claim, stage.Defend);
    DisputeTranscript? shown = null;
    while (await challenger.StepAsync() + await defender.StepAsync() > 0)
    {
        stage.Time.Advance(TimeSpan.FromMilliseconds(100));
        shown = Show(stage, shown);
    }

    // Whoever is silent now has lost when its time is up; whoever follows the claim calls that.
    outcome = stage.Time.Run(new ValueTask<VerificationOutcome>(outcome.Finality));
    shown = Show(stage, shown);
    DisputeState state = stage.Court.Docket.Games[shown!.Opening.Body.Game].State;
    if (state.Result == DisputeResult.Convicted)
    {
        bool isRight = outcome.Output is { } output && CommittedTensors.Of(output).Equals(CommittedTensors.Of(await stage.Engine.RunAsync(stage.Inputs, claim.Work.Options)));
        Console.WriteLine($"the answer is reversed and asked for again: {(outcome.OutputProvider == stage.Another.PublicKey.Id ? "another provider" : "nobody")} answers, right: {isRight}; verdict {outcome.Verdict.Reason}");
    }
    else
    {
        Console.WriteLine($"the answer stands: verdict {outcome.Verdict.Reason}");
    }

    Console.WriteLine($"money: the provider {Change(provider, stage.Worth(stage.Provider))}, the watcher {Change(watcher, stage.Worth(stage.Watcher))}, burnt {stage.Ledger.State.Totals.Burnt - burnt}, conserved: {stage.Ledger.State.Totals.IsConserved && stage.Court.Docket.IsConserved}");
    Console.WriteLine($"receipt of the answer in use: {(stage.Strategy.Check(outcome.Receipt!).IsValid ? "valid" : "not valid")}; of overturned ones: {string.Join(", ", outcome.Overturned.Select(receipt => stage.Strategy.Check(receipt).IsValid ? "valid" : "not valid").DefaultIfEmpty("none"))}");
    if (settings.Transcript is { } path)
    {
        File.WriteAllBytes(path, shown.ToBytes());
        Console.WriteLine($"transcript: {shown.ToBytes().Length} bytes");
    }

    Console.WriteLine(End(state, stage.Referee));
    return 0;
}

static string Change(Amount before, Amount after) => after < before ? $"-{before - after}" : $"+{after - before}";

// Prints what was done since the last time.
static DisputeTranscript? Show(Stage stage, DisputeTranscript? shown)
{
    if (stage.Court.Docket.Games.Count == 0)
    {
        return null;
    }

    DisputeTranscript now = stage.Court.FindTranscript(stage.Court.Docket.Games.Keys.First())!;
    if (shown is null)
    {
        Console.WriteLine($"challenger: opens a game with a bond of {Stage.Terms.ChallengeBond}");
    }

    foreach (TranscriptEntry entry in now.Entries.Skip(shown?.Entries.Length ?? 0))
    {
        bool isDefenders = entry.Move?.Body.Author == stage.Provider.PublicKey.Id;
        Console.WriteLine(entry.Move is { } move ? $"{(isDefenders ? "defender" : "challenger")}: {Describe(move.Body)}, {move.Body.ToBytes().Length} bytes" : "nobody says anything; the time of the party at its turn is called");
    }

    return now;
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

static string End(DisputeState state, CanonicalReferee referee)
{
    string how = state.Cause == DisputeCause.Ruling ? $"{state.Ruling.Reason}" : $"{state.Cause}";
    string verdict = state.Result == DisputeResult.Convicted ? "convicted" : "acquitted";
    return state.Element < 0
        ? $"{verdict}: {how}"
        : FormattableString.Invariant($"{verdict}: {how} at graph node {state.Node} ({referee.Nodes[state.Node].OperatorType}), output {state.Output}, element {state.Element}: ")
            + FormattableString.Invariant($"claimed {Number(state.Ruling.Claimed, state.Header)}, recomputed {Number(state.Ruling.Expected, state.Header)}");
}

static string Number(ulong bits, TensorHeader? header) => header?.Type switch
{
    ElementType.Float32 => FormattableString.Invariant($"{BitConverter.UInt32BitsToSingle((uint)bits):R} ({(uint)bits:X8})"),
    ElementType.Float64 => FormattableString.Invariant($"{BitConverter.UInt64BitsToDouble(bits):R} ({bits:X16})"),
    _ => FormattableString.Invariant($"{bits} ({bits:X})"),
};
