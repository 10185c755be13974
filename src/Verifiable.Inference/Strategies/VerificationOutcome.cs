using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies;

/// <summary>What a request came to. Immutable.</summary>
public sealed record VerificationOutcome
{
    /// <summary>Gets the verdict on the output of the provider that was drawn to answer.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Gets the output to use: the answer, or that of a checker where the answer was found wrong; <see langword="null"/> when there is none, and where it was
    /// contradicted and nobody decided.
    /// No tensors in it means that providers found nothing to compute: the inputs do not fit the model.</summary>
    public NamedTensors? Output { get; init; }

    /// <summary>Gets who gave the output to use.</summary>
    public NodeId? OutputProvider { get; init; }

    /// <summary>Gets who was drawn to answer and accepted.</summary>
    public NodeId? Asserter { get; init; }

    /// <summary>Gets the first of the ledger's tasks that the settlement closed, by which who watches the ledger finds it; <see langword="null"/> when nothing was settled.</summary>
    public Digest? SettledTask { get; init; }

    /// <summary>Gets the receipt; <see langword="null"/> when nobody accepted the task, so that there is nothing to tell.</summary>
    public Receipt? Receipt { get; init; }

    /// <summary>Gets a value indicating whether the answer was audited.</summary>
    public bool WasAudited { get; init; }

    /// <summary>Gets the providers that were slashed.</summary>
    public ImmutableArray<NodeId> Slashed { get; init; } = [];

    /// <summary>Gets what went wrong with single providers.</summary>
    public ImmutableArray<Incident> Incidents { get; init; } = [];

    /// <summary>Gets the number of providers that computed or were paid to.</summary>
    public int Computations { get; init; }

    /// <summary>Gets the probability with which a wrong answer by this provider would have been audited: how much an unaudited answer is worth.</summary>
    public double AuditProbability { get; init; }

    /// <summary>Gets what ends when those are settled whose answers the outcome did not need, with the receipt of that settlement; <see langword="null"/> where there was nothing
    /// to settle or it came too late. It ends at their deadlines at the latest, or with the cancellation of the run; the ledger closes by itself what is then still open.</summary>
    public Task<Receipt?> LateSettlement { get; init; } = Task.FromResult<Receipt?>(null);

    /// <summary>Gets what the outcome comes to in the end: another outcome where this one is provisional, and this one where it is final. It ends within the strategy's longest time to finality, or with
    /// the cancellation of the run.</summary>
    public Task<VerificationOutcome> Finality
    {
        get => field ?? Task.FromResult(this);
        init;
    }

    /// <summary>Gets a value indicating whether the outcome can still change: <see cref="Finality"/> says when, and to what.</summary>
    public bool IsProvisional => Verdict.Reason == VerdictReason.Provisional;

    /// <summary>Gets the receipts of answers to the same order that were found wrong, or came to nothing, before this one; a strategy that asks another provider then has some.</summary>
    public ImmutableArray<Receipt> Overturned { get; init; } = [];
}
