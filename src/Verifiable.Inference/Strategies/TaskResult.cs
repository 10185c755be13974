using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies;

/// <summary>What came of one task with one provider, with what proves it. Immutable.</summary>
public sealed record TaskResult
{
    /// <summary>Gets what came of it.</summary>
    public required TaskOutcome Outcome { get; init; }

    /// <summary>Gets the provider's signed acceptance, unless it did not accept.</summary>
    public Signed<TaskAcceptance>? Acceptance { get; init; }

    /// <summary>Gets the claim: delivered or revealed; for an equivocation, the delivered one, which is not the posted one.</summary>
    public SignedClaim? Claim { get; init; }

    /// <summary>Gets the signed commitment that stands on the ledger, if there is one.</summary>
    public Signed<ClaimCommitment>? Posting { get; init; }

    /// <summary>Gets the outputs, where they were delivered and open the posted claim.</summary>
    public NamedTensors? Outputs { get; init; }

    /// <summary>Gets what went wrong on the way.</summary>
    public ImmutableArray<ProviderFault> Faults { get; init; } = [];
}
