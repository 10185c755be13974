using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Providers;

/// <summary>How a <see cref="LocalProvider"/> works. Immutable.</summary>
public sealed record LocalProviderOptions
{
    /// <summary>Gets the clock; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the randomness of claim salts; the system's by default.</summary>
    public IRandomSource Randomness { get; init; } = SystemRandomSource.Instance;

    /// <summary>Gets the smallest reward that is worth the work; nothing by default.</summary>
    public Amount LeastReward { get; init; }

    /// <summary>Gets the shortest time that a provider wants for revealing a claim on demand; tasks that leave less are refused. The default is 1 second.</summary>
    public TimeSpan LeastRevealTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets what decides whether a strategy's terms (the number of voters, the slash) are good enough to put stake under; <see langword="null"/> (default)
    /// accepts all that the ledger can judge.</summary>
    public Func<string, OpaqueBytes, bool>? AcceptsTerms { get; init; }
}
