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

    internal DisputeDocket Credit(NodeId node, Amount amount) => amount == Amount.Zero ? this : this with { Credits = Credits.SetItem(node, CreditOf(node) + amount) };
}
