using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies;

/// <summary>What a user wants computed and verified. Immutable.</summary>
public sealed record InferenceOrder
{
    /// <summary>Gets the requester's key, which signs and pays.</summary>
    public required ISigner Requester { get; init; }

    /// <summary>Gets the commitment to the model that is asked for.</summary>
    public required Digest ModelId { get; init; }

    /// <summary>Gets the input tensors by name.</summary>
    public required NamedTensors Inputs { get; init; }

    /// <summary>Gets the seed and the settings; seed 0 and no settings by default.</summary>
    public GenerationOptions Options { get; init; } = new(seed: 0);

    /// <summary>Gets how numbers are computed and compared; the canonical engine's profile by default.</summary>
    public NumericProfile Profile { get; init; } = NumericProfile.CanonicalFloat32;

    /// <summary>Gets the randomness of secret and nonce; the system's by default. Anything else is for tests and simulations.</summary>
    public IRandomSource Randomness { get; init; } = SystemRandomSource.Instance;
}
