using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Adjudication;

/// <summary>What a ledger's court says of a closed claim: that it stands, or that it is convicted, in which game and why. The ledger's operator signs it. Immutable; equal by content.</summary>
/// <remarks>Of a conviction by the referee it holds the accusation, so that whoever has the model comes to the same result alone. Of one by the clock, and of finality, the operator is believed,
/// as it is for all times.</remarks>
public sealed record ClaimRuling : ICanonical<ClaimRuling>
{
    private const string Domain = "vinf/claim-ruling/v1";

    /// <summary>Gets the ledger of the court.</summary>
    public required NodeId Ledger { get; init; }

    /// <summary>Gets the digest of the claim's body.</summary>
    public required Digest Claim { get; init; }

    /// <summary>Gets how the claim was closed: convicted or final.</summary>
    public required DocketClaimStatus Status { get; init; }

    /// <summary>Gets when the claim was posted in the court, in milliseconds since 1970-01-01 UTC.</summary>
    public required long Posted { get; init; }

    /// <summary>Gets when the claim was closed, in milliseconds since 1970-01-01 UTC.</summary>
    public required long Closed { get; init; }

    /// <summary>Gets the number of games over the claim that acquitted it.</summary>
    public required ushort Acquittals { get; init; }

    /// <summary>Gets who challenged the claim in the game that convicted it; <c>default</c> where it stands.</summary>
    public NodeId Challenger { get; init; }

    /// <summary>Gets the game that convicted the claim; <c>default</c> where it stands.</summary>
    public Digest Game { get; init; }

    /// <summary>Gets what convicted the claim: a ruling, or the clock; nothing where it stands.</summary>
    public DisputeCause Cause { get; init; }

    /// <summary>Gets the trace that the accusation's openings are of; <see langword="null"/> without an accusation.</summary>
    public TraceCommitment? Trace { get; init; }

    /// <summary>Gets the accusation that convicts; <see langword="null"/> where the clock did, and where the claim stands.</summary>
    public Accusation? Accusation { get; init; }

    /// <summary>Gets a value indicating whether the claim is convicted.</summary>
    public bool IsConviction => Status == DocketClaimStatus.Convicted;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out ClaimRuling? value)
    {
        reader.ReadDomain(Domain);
        ClaimRuling read = new()
        {
            Ledger = reader.Read<NodeId>(),
            Claim = reader.ReadDigest(),
            Status = (DocketClaimStatus)reader.ReadByte(),
            Posted = reader.ReadInt64(),
            Closed = reader.ReadInt64(),
            Acquittals = reader.ReadUInt16(),
        };
        if (read.Status == DocketClaimStatus.Convicted)
        {
            read = read with { Challenger = reader.Read<NodeId>(), Game = reader.ReadDigest(), Cause = (DisputeCause)reader.ReadByte() };
            if (read.Cause == DisputeCause.Ruling)
            {
                read = read with { Trace = reader.Read<TraceCommitment>(), Accusation = reader.Read<Accusation>() };
            }
        }

        if (!read.IsSound)
        {
            reader.Fail();
        }

        value = reader.Failed ? null : read;
        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        writer.WriteDigest(Claim);
        writer.WriteByte((byte)Status);
        writer.WriteInt64(Posted);
        writer.WriteInt64(Closed);
        writer.WriteUInt16(Acquittals);
        if (IsConviction)
        {
            Challenger.WriteTo(ref writer);
            writer.WriteDigest(Game);
            writer.WriteByte((byte)Cause);
            Trace?.WriteTo(ref writer);
            Accusation?.WriteTo(ref writer);
        }
    }

    /// <summary>Tells whether two rulings are of the same bytes.</summary>
    public bool Equals([NotNullWhen(true)] ClaimRuling? other) => other is not null && this.ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Claim, Status, Closed, Game);

    /// <summary>Judges the accusation again.</summary>
    /// <param name="claim">The claim that the ruling is about.</param>
    /// <param name="referee">A referee of its model.</param>
    /// <returns>What the referee says; no conclusion where there is no accusation, or the claim is another.</returns>
    public RefereeRuling Judge(DisputedClaim claim, IReferee referee)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(referee);
        // A claim with all leaves has one trace, its own: of another one, which the operator could make up, nothing follows. Only leaves between cut points have to be taken from what was shown.
        bool isOfClaim = Trace == claim.Trace || (Trace is { IsFull: true } && !claim.Trace.IsFull && Trace.NodeCount == claim.Trace.NodeCount);
        if (Accusation is null || Trace is null || !isOfClaim || claim.Body.Digest != Claim)
        {
            return default;
        }

        // Openings of cut points stay good when the leaves between them have been shown.
        RefereeRuling ruling = referee.Judge(claim, Trace, Accusation);
        return ruling.Kind == RulingKind.None && Trace != claim.Trace ? referee.Judge(claim, claim.Trace, Accusation) : ruling;
    }

    // Who stands has no accuser; who is convicted has one, and a reason that convicts.
    private bool IsSound => Closed >= Posted && Status switch
    {
        DocketClaimStatus.Final => true,
        DocketClaimStatus.Convicted => Challenger != default && (Cause == DisputeCause.ClaimantSilent || (Cause == DisputeCause.Ruling && Trace is not null && Accusation is not null)),
        _ => false,
    };
}
