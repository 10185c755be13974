using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>The clocks and bonds of disputes. Both sides know them before a claim is posted. Immutable; equal by content.</summary>
/// <remarks>
/// <para>Clocks are those of chess: each party has <see cref="Budget"/> for all its turns together, and at the start of a turn at least <see cref="Extension"/>, twice that for the turns
/// before which it has to run the model again. A move is in time iff the time since the turn began is <em>below</em> what the party has left; this half-open rule is in
/// <c>DisputeClock</c> and nowhere else.</para>
/// <para>A claimant has at most three turns and a challenger three, of which one each is heavy, so no game takes longer than <see cref="LongestGame"/> = 2·budget + 8·extension,
/// and a claim is final within <see cref="LongestFinality"/> = window + that, whatever anybody does and however many challenge.</para>
/// </remarks>
public sealed record DisputeTerms : ICanonical<DisputeTerms>
{
    /// <summary>The number of extensions that a game can grant in all: 8.</summary>
    public const int Extensions = 8;

    private const string Domain = "vinf/dispute-terms/v1";

    /// <summary>Gets the time after a claim is posted in which it can be challenged, in milliseconds. The default is one hour.</summary>
    public long Window { get; init; } = 3_600_000;

    /// <summary>Gets each party's time for all its turns in one game, in milliseconds. The default is ten minutes.</summary>
    public long Budget { get; init; } = 600_000;

    /// <summary>Gets the least time that a party has at the start of a turn, in milliseconds. It must be longer than one run of the model and the way there and back: a party that was stopped runs the
    /// model again before whatever turn it has. The default is one minute.</summary>
    public long Extension { get; init; } = 60_000;

    /// <summary>Gets the longest time to finality that the parties accept, in milliseconds. The default is two hours.</summary>
    public long MaxFinality { get; init; } = 7_200_000;

    /// <summary>Gets what a claimant sets aside.</summary>
    public required Amount ClaimBond { get; init; }

    /// <summary>Gets what a challenger sets aside, for each game.</summary>
    public required Amount ChallengeBond { get; init; }

    /// <summary>Gets the part of the loser's bond that is burnt at least, in thousandths, 500 to 1000. The default is 500.</summary>
    public int BurnPermille { get; init; } = 500;

    /// <summary>Gets the most that the winner of a game gets out of the loser's bond; the rest is burnt too. The default is no limit.</summary>
    public Amount MaxReward { get; init; } = new(ulong.MaxValue);

    /// <summary>Gets the longest time that one game can take, in milliseconds.</summary>
    public Int128 LongestGame => (2 * (Int128)Budget) + (Extensions * (Int128)Extension);

    /// <summary>Gets the longest time from the posting of a claim to its finality, in milliseconds.</summary>
    public Int128 LongestFinality => Window + LongestGame;

    /// <summary>Gets the digest of the canonical encoding: what an opening names.</summary>
    public Digest Digest => this.ToDigest();

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out DisputeTerms? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        long window = reader.ReadInt64();
        long budget = reader.ReadInt64();
        long extension = reader.ReadInt64();
        long maxFinality = reader.ReadInt64();
        Amount claimBond = new(reader.ReadUInt64());
        Amount challengeBond = new(reader.ReadUInt64());
        int burn = reader.ReadUInt16();
        Amount maxReward = new(reader.ReadUInt64());
        if (reader.Failed)
        {
            return false;
        }

        DisputeTerms terms = new()
        {
            Window = window,
            Budget = budget,
            Extension = extension,
            MaxFinality = maxFinality,
            ClaimBond = claimBond,
            ChallengeBond = challengeBond,
            BurnPermille = burn,
            MaxReward = maxReward,
        };
        if (terms.Validate().Any())
        {
            reader.Fail();
            return false;
        }

        value = terms;
        return true;
    }

    /// <summary>Lists everything wrong with these terms; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (Window <= 0)
        {
            yield return $"{nameof(Window)} must be above 0, got {Window}.";
        }

        if (Budget <= 0)
        {
            yield return $"{nameof(Budget)} must be above 0, got {Budget}.";
        }

        if (Extension < 0 || Extension > Budget)
        {
            yield return $"{nameof(Extension)} must be in [0, {nameof(Budget)}], got {Extension}.";
        }

        if (LongestFinality > MaxFinality)
        {
            yield return $"{nameof(Window)} + 2·{nameof(Budget)} + {Extensions}·{nameof(Extension)} must be at most {nameof(MaxFinality)} = {MaxFinality}, got {LongestFinality}.";
        }

        if (ClaimBond.Units == 0 || ChallengeBond.Units == 0)
        {
            yield return $"{nameof(ClaimBond)} and {nameof(ChallengeBond)} must be above 0, got {ClaimBond} and {ChallengeBond}.";
        }

        if (BurnPermille is < 500 or > 1000)
        {
            yield return $"{nameof(BurnPermille)} must be in [500, 1000], got {BurnPermille}.";
        }
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteInt64(Window);
        writer.WriteInt64(Budget);
        writer.WriteInt64(Extension);
        writer.WriteInt64(MaxFinality);
        writer.WriteUInt64(ClaimBond.Units);
        writer.WriteUInt64(ChallengeBond.Units);
        writer.WriteUInt16(checked((ushort)BurnPermille));
        writer.WriteUInt64(MaxReward.Units);
    }

    /// <summary>Splits the bond of who has lost.</summary>
    /// <returns>What the winner gets, and what is burnt: at least half, rounded up, so that no split makes or loses a unit.</returns>
    internal (Amount Reward, Amount Burnt) Split(Amount bond)
    {
        var least = (ulong)(((UInt128)bond.Units * (uint)BurnPermille + 999) / 1000);
        Amount reward = new(Math.Min(bond.Units - least, MaxReward.Units));
        return (reward, bond - reward);
    }

    /// <summary>Splits the bond of a convicted claimant.</summary>
    /// <returns>What the winner of the game gets, what the challenger of the earliest open game gets, and what is burnt.</returns>
    internal (Amount Reward, Amount Found, Amount Burnt) SplitClaimBond(Amount bond)
    {
        (Amount reward, Amount burnt) = Split(bond);
        Amount found = new(reward.Units / 2);
        return (reward - found, found, burnt);
    }
}
