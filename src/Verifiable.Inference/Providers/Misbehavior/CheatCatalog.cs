using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Everything that is known of the cheats that this library ships.</summary>
public static class CheatCatalog
{
    /// <summary>Gets all cheats, in the order of <see cref="CheatKind"/>, without <see cref="CheatKind.None"/>.</summary>
    public static ImmutableArray<CheatDescription> All { get; } =
    [
        ByAudit(CheatKind.CheaperModel, "cheaper-model", "Runs a cheaper model under the name of the one asked for."),
        ByAudit(CheatKind.SkippedLayer, "skipped-layer", "Leaves out a layer of the model."),
        ByAudit(CheatKind.QuantizedWeights, "quantized-weights", "Runs the model with coarser weights."),
        ByAudit(CheatKind.RandomOutput, "random-output", "Claims random outputs of the right form."),
        ByAudit(CheatKind.CopiedOutput, "copied-output", "Copies what an accomplice claimed, else runs a cheaper model."),
        ByAudit(CheatKind.StaleCache, "stale-cache", "Gives the output of an earlier input."),
        ByAudit(CheatKind.WrongSeed, "wrong-seed", "Computes with another seed than the requester's; the same where the model uses no randomness.") with { SavesCost = false },
        ByAudit(CheatKind.ColludingChecker, "colluding-checker", "Computes honestly, but confirms an accomplice that was first.") with { SavesCost = false, Detection = CheatDetection.Harmless },
        AtOnce(CheatKind.Silence, "silence", "Accepts tasks and never answers.", ProviderFault.Silent) with { SavesCost = true },
        AtOnce(CheatKind.SlowAnswer, "slow-answer", "Answers after the deadline.", ProviderFault.TimedOut),
        AtOnce(CheatKind.Equivocation, "equivocation", "Posts one claim and delivers another, both signed.", ProviderFault.Equivocated),
        AtOnce(CheatKind.ReplayedClaim, "replayed-claim", "Posts and delivers an older claim of its own.", ProviderFault.Malformed) with { SavesCost = true },
        AtOnce(CheatKind.ForgedSignature, "forged-signature", "Signs claims with another key than its own.", ProviderFault.Malformed),
        AtOnce(CheatKind.MalleatedSignature, "malleated-signature", "Signs claims with the other valid form of an ECDSA signature.", ProviderFault.Malformed),
        AtOnce(CheatKind.MalformedBytes, "malformed-bytes", "Replies with noise and with broken answers.", ProviderFault.Malformed),
        AtOnce(CheatKind.WithheldOutput, "withheld-output", "Posts a claim, delivers nothing, and does not reveal it on demand.", ProviderFault.Withheld),
        AtOnce(CheatKind.UndeliveredOutput, "undelivered-output", "Posts a claim, delivers nothing, and reveals it on demand.", ProviderFault.Withheld) with { Detection = CheatDetection.Harmless },
        AtOnce(CheatKind.EmptyCommitment, "empty-commitment", "Posts the digest of a claim that there is not.", ProviderFault.Withheld) with { SavesCost = true },
        Failure(CheatKind.Refusal, "refusal", "Refuses every task.", ProviderFault.Refused),
        Failure(CheatKind.Exception, "exception", "Throws at every message.", ProviderFault.Threw),
        Failure(CheatKind.Hang, "hang", "Never replies to anything.", ProviderFault.TimedOut),
        AtOnce(CheatKind.ExceptionAfterAcceptance, "exception-after-acceptance", "Accepts tasks, then throws.", ProviderFault.Threw),
        AtOnce(CheatKind.HangAfterAcceptance, "hang-after-acceptance", "Accepts tasks, then never replies.", ProviderFault.TimedOut),
    ];

    /// <summary>Gets what is known of a cheat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is none or unknown.</exception>
    public static CheatDescription Describe(CheatKind kind) => All.FirstOrDefault(cheat => cheat.Kind == kind)
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected a kind of cheat.");

    /// <summary>Looks a cheat up by its name.</summary>
    /// <param name="name">A name, for example <c>cheaper-model</c>; case matters.</param>
    /// <param name="cheat">The cheat.</param>
    public static bool TryFind(string? name, [NotNullWhen(true)] out CheatDescription? cheat)
    {
        cheat = All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.Ordinal));
        return cheat is not null;
    }

    private static CheatDescription ByAudit(CheatKind kind, string name, string summary) =>
        new(kind, name, summary, SavesCost: true, CheatDetection.Audit, ProviderFault.None);

    private static CheatDescription AtOnce(CheatKind kind, string name, string summary, ProviderFault fault) =>
        new(kind, name, summary, SavesCost: false, CheatDetection.EveryTask, fault);

    private static CheatDescription Failure(CheatKind kind, string name, string summary, ProviderFault fault) =>
        new(kind, name, summary, SavesCost: false, CheatDetection.Harmless, fault);
}
