using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Providers;

/// <summary>How a <see cref="LocalProvider"/> works. Immutable.</summary>
public sealed record LocalProviderOptions
{
    /// <summary>Gets the clock; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the randomness of claim salts; the system's by default.</summary>
    public IRandomSource Randomness { get; init; } = SystemRandomSource.Instance;

    /// <summary>Gets the smallest reward that is worth the work; 1 unit by default.</summary>
    public Amount LeastReward { get; init; } = new(1);

    /// <summary>Gets what computing an answer costs the provider, C: terms under which a requester with friends could make it lose more than the reward leaves beyond that are refused. The default is 100 units,
    /// the cost with which strategies' defaults count.</summary>
    public Amount Cost { get; init; } = new(100);

    /// <summary>Gets the share of all stake, r in [0, 1], that a requester's friends may hold together without the provider losing by taking part; 0 for requesters that are trusted to have none. The default is a tenth.</summary>
    public decimal CoalitionShare { get; init; } = 0.1m;

    /// <summary>Gets the largest stake at risk, as a multiple of the reward. The default is 250, the ratio of the example in the proof-of-sampling paper.</summary>
    public ulong MostStakePerReward { get; init; } = 250;

    /// <summary>Gets the shortest time that the provider wants for an answer; tasks that leave less are refused. The default is 1 second.</summary>
    public TimeSpan LeastAnswerTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the longest time for which stake is locked, from acceptance to the last deadline. The default is 1 day.</summary>
    public TimeSpan LongestLock { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets the shortest time that a provider wants for revealing a claim on demand; tasks that leave less are refused. The default is 1 second.</summary>
    public TimeSpan LeastRevealTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets who answers disputes over the provider's claims; <see langword="null"/> (default) for nobody. Without one, tasks whose claims are bonded are refused: whoever is silent in a dispute loses its bond and its stake.</summary>
    public IClaimDefender? Defender { get; init; }

    /// <summary>Gets what decides whether a strategy's terms (the number of voters, the slash) are good enough to put stake under; <see langword="null"/> (default)
    /// asks the strategy's judge on the ledger.</summary>
    public Func<string, OpaqueBytes, bool>? AcceptsTerms { get; init; }

    /// <summary>Gets where the provider keeps the claims that it posts, in stream <see cref="LocalProvider.Stream"/>, before it posts them; the ledger's own store will do. <see langword="null"/>
    /// (default) keeps them in memory: then a restart before <see cref="Settlement.TaskRecord.RevealDeadline"/> makes the provider silent on every demand, which costs the stake, for a salted claim cannot be made again.</summary>
    /// <remarks>A record is needed until the reveal deadline of its task, at most <see cref="LongestLock"/> after it was written; older ones may be freed. The store stays the caller's to dispose.</remarks>
    public RecordStore? Claims { get; init; }
}
