namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>What came of a canary. Immutable.</summary>
/// <param name="Finding">How the answer compares with the known one.</param>
/// <param name="Verification">What the request came to, as any other. Where the finding is <see cref="CanaryFinding.Wrong"/> and the verdict <see cref="VerdictKind.Accepted"/>, two providers
/// agree on an answer that is not the known one: they cheat in the same way, or the requester's engine errs.</param>
public sealed record CanaryOutcome(CanaryFinding Finding, VerificationOutcome Verification);
