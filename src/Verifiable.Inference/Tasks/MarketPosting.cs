using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>What a requester offers to the market, signed by it within the command that posts it. Immutable; its digest is the task's id, so that a posting that is sent twice is one task.</summary>
public sealed record MarketPosting : ICanonical<MarketPosting>
{
    /// <summary>The highest priority that a posting may ask for: 3. Re-queued and waiting tasks rise above it.</summary>
    public const byte HighestPostedPriority = 3;

    /// <summary>The largest number of further providers after silent or convicted ones: 16.</summary>
    public const byte GreatestReassignments = 16;

    /// <summary>The longest time to accept: 10 minutes. A provider that took a task is held for it, and a direct assignment asks nobody.</summary>
    public const long GreatestAcceptWindow = 600_000;

    /// <summary>The shortest time to accept: 1 second. Only a task that a strategy draws needs none.</summary>
    public const long LeastAcceptWindow = 1_000;

    /// <summary>The least time from the posting of a recomputation to its expiry: 1 minute.</summary>
    public const long LeastRecomputationTime = 60_000;

    private const string Domain = "vinf/market-posting/v2";

    /// <summary>Gets the ledger that holds the money.</summary>
    public required NodeId Ledger { get; init; }

    /// <summary>Gets who pays.</summary>
    public required NodeId Requester { get; init; }

    /// <summary>Gets what is to be computed: model, commitments to the inputs, options, profile.</summary>
    public required WorkDescription Work { get; init; }

    /// <summary>Gets the name of the verification strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>Gets how the task finds its provider.</summary>
    public required MarketAssignment Assignment { get; init; }

    /// <summary>Gets the provider of a direct assignment; nobody otherwise.</summary>
    public NodeId Provider { get; init; }

    /// <summary>Gets the task that this one recomputes; <c>default</c> for an ordinary task.</summary>
    public Digest Parent { get; init; }

    /// <summary>Gets the price at which an auction starts; the price of a direct assignment is <see cref="PriceLimit"/>.</summary>
    public Amount StartPrice { get; init; }

    /// <summary>Gets the highest price.</summary>
    public required Amount PriceLimit { get; init; }

    /// <summary>Gets the time in which the price rises from start to limit, in milliseconds.</summary>
    public long Ramp { get; init; }

    /// <summary>Gets the stake that a provider puts at risk.</summary>
    public required Amount Collateral { get; init; }

    /// <summary>Gets the time from which it is too late to take the task, in milliseconds since 1970-01-01 UTC.</summary>
    public required long Expiry { get; init; }

    /// <summary>Gets the time in which a provider that took the task must accept it on the ledger, in milliseconds, <see cref="LeastAcceptWindow"/> to <see cref="GreatestAcceptWindow"/>.</summary>
    public required long AcceptWindow { get; init; }

    /// <summary>Gets the time in which a delivered answer may be challenged, in milliseconds.</summary>
    public required long ChallengeWindow { get; init; }

    /// <summary>Gets the probability that the market challenges the answer by itself.</summary>
    public Probability64 ChallengeRate { get; init; }

    /// <summary>Gets the priority, 0 to <see cref="HighestPostedPriority"/>.</summary>
    public byte Priority { get; init; }

    /// <summary>Gets how many further providers may try after silent or convicted ones.</summary>
    public byte MaxReassignments { get; init; } = 2;

    /// <summary>Gets a number that makes two postings of one work two tasks.</summary>
    public required Digest Nonce { get; init; }

    /// <summary>Gets the id of the task.</summary>
    public Digest Digest => this.ToDigest();

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out MarketPosting? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        NodeId requester = reader.Read<NodeId>();
        WorkDescription? work = reader.Read<WorkDescription>();
        string strategy = reader.ReadText();
        var assignment = (MarketAssignment)reader.ReadByte();
        NodeId provider = reader.Read<NodeId>();
        Digest parent = reader.ReadDigest();
        if (reader.Failed || work is null)
        {
            return false;
        }

        MarketPosting read = new()
        {
            Ledger = ledger,
            Requester = requester,
            Work = work,
            Strategy = strategy,
            Assignment = assignment,
            Provider = provider,
            Parent = parent,
            StartPrice = new Amount(reader.ReadUInt64()),
            PriceLimit = new Amount(reader.ReadUInt64()),
            Ramp = reader.ReadInt64(),
            Collateral = new Amount(reader.ReadUInt64()),
            Expiry = reader.ReadInt64(),
            AcceptWindow = reader.ReadInt64(),
            ChallengeWindow = reader.ReadInt64(),
            ChallengeRate = new Probability64(reader.ReadUInt64()),
            Priority = reader.ReadByte(),
            MaxReassignments = reader.ReadByte(),
            Nonce = reader.ReadDigest(),
        };
        value = !reader.Failed && read.IsSound ? read : null;
        if (value is null)
        {
            reader.Fail();
        }

        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        Requester.WriteTo(ref writer);
        Work.WriteTo(ref writer);
        writer.WriteText(Strategy);
        writer.WriteByte((byte)Assignment);
        Provider.WriteTo(ref writer);
        writer.WriteDigest(Parent);
        writer.WriteUInt64(StartPrice.Units);
        writer.WriteUInt64(PriceLimit.Units);
        writer.WriteInt64(Ramp);
        writer.WriteUInt64(Collateral.Units);
        writer.WriteInt64(Expiry);
        writer.WriteInt64(AcceptWindow);
        writer.WriteInt64(ChallengeWindow);
        writer.WriteUInt64(ChallengeRate.Numerator);
        writer.WriteByte(Priority);
        writer.WriteByte(MaxReassignments);
        writer.WriteDigest(Nonce);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] MarketPosting? other) => other is not null && Digest == other.Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => Digest.GetHashCode();

    // Windows end within the range of times whatever the clock says: a sum of two of them does not overflow.
    internal bool IsSound =>
        Requester != default && Strategy.Length > 0
        && Assignment is MarketAssignment.Auction or MarketAssignment.Direct or MarketAssignment.Strategy
        && (Assignment == MarketAssignment.Direct) == (Provider != default)
        && StartPrice <= PriceLimit && PriceLimit.Units > 0 && (Assignment == MarketAssignment.Auction || (StartPrice == Amount.Zero && Ramp == 0))
        && IsWindow(Ramp) && AcceptWindow <= GreatestAcceptWindow && AcceptWindow >= (Assignment == MarketAssignment.Strategy ? 0 : LeastAcceptWindow) && IsWindow(ChallengeWindow) && Expiry >= 0
        && Priority <= HighestPostedPriority && MaxReassignments <= GreatestReassignments;

    // Terms that nobody could take would let a recomputation come to nothing, and have another provider drawn.
    internal bool Recomputes(MarketPosting parent) =>
        Assignment == MarketAssignment.Direct && Work.Id == parent.Work.Id && Strategy == parent.Strategy && PriceLimit == parent.PriceLimit && Collateral == parent.Collateral
        && AcceptWindow == parent.AcceptWindow && ChallengeWindow == parent.ChallengeWindow;

    private static bool IsWindow(long window) => window is >= 0 and <= 1L << 40;
}
