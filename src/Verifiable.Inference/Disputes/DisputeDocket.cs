using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Disputes;

/// <summary>All claims and games of one court, and the money in them. Immutable and thread-safe.</summary>
/// <remarks>What was deposited is what is held in bonds and credits, was paid out, or is burnt, after every command: <see cref="IsConserved"/>.</remarks>
public sealed record DisputeDocket
{
    internal DisputeDocket()
    {
    }

    /// <summary>Gets a docket without claims.</summary>
    public static DisputeDocket Empty { get; } = new();

    /// <summary>Gets the claims by the digests of their bodies.</summary>
    public ImmutableSortedDictionary<Digest, DocketClaim> Claims { get; internal init; } = ImmutableSortedDictionary<Digest, DocketClaim>.Empty;

    /// <summary>Gets the games by their ids.</summary>
    public ImmutableSortedDictionary<Digest, DocketGame> Games { get; internal init; } = ImmutableSortedDictionary<Digest, DocketGame>.Empty;

    // Indexes, so that no question looks at all games that ever were.
    private ImmutableDictionary<Digest, ImmutableSortedSet<Digest>> ByClaim { get; init; } = ImmutableDictionary<Digest, ImmutableSortedSet<Digest>>.Empty;

    private ImmutableDictionary<Digest, ImmutableSortedSet<Digest>> OpenByClaim { get; init; } = ImmutableDictionary<Digest, ImmutableSortedSet<Digest>>.Empty;

    private ImmutableDictionary<NodeId, int> OpenByProvider { get; init; } = ImmutableDictionary<NodeId, int>.Empty;

    /// <summary>Gets what each node can have paid out.</summary>
    public ImmutableSortedDictionary<NodeId, Amount> Credits { get; internal init; } = ImmutableSortedDictionary<NodeId, Amount>.Empty;

    /// <summary>Gets all that was ever set aside.</summary>
    public Amount Deposited { get; internal init; }

    /// <summary>Gets all that was paid out.</summary>
    public Amount PaidOut { get; internal init; }

    /// <summary>Gets all that was burnt.</summary>
    public Amount Burnt { get; internal init; }

    /// <summary>Gets the time of the latest command, in milliseconds since 1970-01-01 UTC.</summary>
    public long LastTime { get; internal init; } = long.MinValue;

    /// <summary>Gets a value indicating whether what was deposited is what is held, was paid out or is burnt.</summary>
    public bool IsConserved
    {
        get
        {
            UInt128 sum = (UInt128)PaidOut.Units + Burnt.Units;
            foreach (DocketClaim claim in Claims.Values)
            {
                sum += claim.Bond.Units;
            }

            foreach (DocketGame game in Games.Values)
            {
                sum += game.Bond.Units;
            }

            foreach (Amount credit in Credits.Values)
            {
                sum += credit.Units;
            }

            return sum == Deposited.Units;
        }
    }

    /// <summary>Gets what a node can have paid out.</summary>
    public Amount CreditOf(NodeId node) => Credits.GetValueOrDefault(node);

    /// <summary>Gets the games over a claim, in the order of their ids.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    public ImmutableSortedSet<Digest> GamesOf(Digest claim) => ByClaim.GetValueOrDefault(claim, ImmutableSortedSet<Digest>.Empty);

    /// <summary>Gets the games over a claim that are not over, in the order of their ids.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    public ImmutableSortedSet<Digest> OpenGamesOf(Digest claim) => OpenByClaim.GetValueOrDefault(claim, ImmutableSortedSet<Digest>.Empty);

    /// <summary>Tells whether a game over a claim of a provider is not over.</summary>
    public bool IsChallenged(NodeId provider) => OpenByProvider.ContainsKey(provider);

    /// <summary>Adds a game that was opened.</summary>
    internal DisputeDocket Begin(DocketGame game)
    {
        NodeId provider = Claims[game.Claim].Rules.Claim.Body.Provider;
        return this with
        {
            Games = Games.Add(game.State.Game, game),
            ByClaim = ByClaim.SetItem(game.Claim, GamesOf(game.Claim).Add(game.State.Game)),
            OpenByClaim = OpenByClaim.SetItem(game.Claim, OpenGamesOf(game.Claim).Add(game.State.Game)),
            OpenByProvider = OpenByProvider.SetItem(provider, OpenByProvider.GetValueOrDefault(provider) + 1),
        };
    }

    /// <summary>Puts a game that is over, whose bond is gone.</summary>
    internal DisputeDocket End(DocketGame game)
    {
        NodeId provider = Claims[game.Claim].Rules.Claim.Body.Provider;
        ImmutableSortedSet<Digest> open = OpenGamesOf(game.Claim).Remove(game.State.Game);
        int left = OpenByProvider[provider] - 1;
        return this with
        {
            Games = Games.SetItem(game.State.Game, game with { Bond = default }),
            OpenByClaim = open.IsEmpty ? OpenByClaim.Remove(game.Claim) : OpenByClaim.SetItem(game.Claim, open),
            OpenByProvider = left == 0 ? OpenByProvider.Remove(provider) : OpenByProvider.SetItem(provider, left),
        };
    }

    internal DisputeDocket Credit(NodeId node, Amount amount) => amount == Amount.Zero ? this : this with { Credits = Credits.SetItem(node, CreditOf(node) + amount) };
}
