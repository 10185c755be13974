using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>What <see cref="CheatFactory"/> makes a provider of. Immutable but for its parts.</summary>
public sealed record CheatSetup
{
    /// <summary>Gets the provider's key.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>Gets the ledger.</summary>
    public required InferenceLedger Ledger { get; init; }

    /// <summary>Gets the engine of the model that is asked for.</summary>
    public required IInferenceEngine Engine { get; init; }

    /// <summary>Gets the engine that is run instead, whatever model it says it runs; for the cheats that substitute a model.</summary>
    public IInferenceEngine? Substitute { get; init; }

    /// <summary>Gets an output of the model, for <see cref="CheatKind.RandomOutput"/>.</summary>
    public NamedTensors? Example { get; init; }

    /// <summary>Gets the ring's board, for the cheats with accomplices.</summary>
    public SharedBoard? Board { get; init; }

    /// <summary>Gets the key that signs claims in <see cref="CheatKind.ForgedSignature"/>.</summary>
    public ISigner? OtherKey { get; init; }

    /// <summary>
    /// Gets how <see cref="CheatKind.MalleatedSignature"/> turns a signature of the provider's scheme into another of the same message;
    /// <see langword="null"/> (default) for the second form that P-256 has.
    /// </summary>
    public Func<OpaqueBytes, OpaqueBytes>? SecondForm { get; init; }

    /// <summary>Gets the seed of what is random in the cheat; 0 by default.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets how the provider works.</summary>
    public LocalProviderOptions Options { get; init; } = new();

    /// <summary>Gets a hint on which tasks to cheat; <see langword="null"/> (default) for all.</summary>
    public Func<TaskEnvelope, bool>? CheatsOn { get; init; }
}
