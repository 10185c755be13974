using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Adjudication;

/// <summary>One record of a <see cref="LedgerCourt"/>: what was done, and when. All records in their order are the court. Immutable.</summary>
internal sealed record CourtEntry : ICanonical<CourtEntry>
{
    private const string Domain = "vinf/court-entry/v2";

    private CourtEntry(CourtAct act, long time)
    {
        Act = act;
        Time = time;
    }

    /// <summary>Gets what was done; it says which of the following is there.</summary>
    public CourtAct Act { get; }

    /// <summary>Gets when, in milliseconds since 1970-01-01 UTC.</summary>
    public long Time { get; init; }

    /// <summary>Gets the posted claim.</summary>
    public DisputedClaim? Claim { get; private init; }

    /// <summary>Gets the opening of a game.</summary>
    public Signed<DisputeOpening>? Opening { get; private init; }

    /// <summary>Gets the move.</summary>
    public Signed<DisputeMove>? Made { get; private init; }

    /// <summary>Gets the game whose time is called, or the claim that becomes final.</summary>
    public Digest Subject { get; private init; }

    public static CourtEntry Post(DisputedClaim claim) => new(CourtAct.Post, 0) { Claim = claim };

    public static CourtEntry Open(Signed<DisputeOpening> opening) => new(CourtAct.Open, 0) { Opening = opening };

    public static CourtEntry Move(Signed<DisputeMove> move) => new(CourtAct.Move, 0) { Made = move };

    public static CourtEntry CallTime(Digest game) => new(CourtAct.CallTime, 0) { Subject = game };

    public static CourtEntry Finish(Digest claim) => new(CourtAct.Finish, 0) { Subject = claim };

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out CourtEntry? value)
    {
        reader.ReadDomain(Domain);
        long time = reader.ReadInt64();
        var act = (CourtAct)reader.ReadByte();
        value = act switch
        {
            CourtAct.Post => new CourtEntry(act, time) { Claim = reader.Read<DisputedClaim>() },
            CourtAct.Open => new CourtEntry(act, time) { Opening = reader.Read<Signed<DisputeOpening>>() },
            CourtAct.Move => new CourtEntry(act, time) { Made = reader.Read<Signed<DisputeMove>>() },
            CourtAct.CallTime or CourtAct.Finish => new CourtEntry(act, time) { Subject = reader.ReadDigest() },
            _ => null,
        };
        if (value is null)
        {
            reader.Fail();
        }

        if (reader.Failed)
        {
            value = null;
        }

        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteInt64(Time);
        writer.WriteByte((byte)Act);
        Claim?.WriteTo(ref writer);
        Opening?.WriteTo(ref writer);
        Made?.WriteTo(ref writer);
        if (Act is CourtAct.CallTime or CourtAct.Finish)
        {
            writer.WriteDigest(Subject);
        }
    }

    /// <summary>Does the entry in a court's rules.</summary>
    /// <param name="court">The rules.</param>
    /// <param name="docket">The docket before it.</param>
    /// <param name="terms">The bonds.</param>
    /// <param name="next">The docket after it; the same object where it is refused.</param>
    public DisputeRefusal ApplyTo(DisputeCourt court, DisputeDocket docket, DisputeTerms terms, out DisputeDocket next) => Act switch
    {
        CourtAct.Post => court.Post(docket, Claim!, terms.ClaimBond, Time, out next),
        CourtAct.Open => court.Open(docket, Opening!, terms.ChallengeBond, Time, out next),
        CourtAct.Move => court.Move(docket, Made!, Time, out next),
        CourtAct.CallTime => court.CallTime(docket, Subject, Time, out next),
        _ => court.Finish(docket, Subject, Time, out next),
    };

    /// <summary>Finds the claim that the entry is about; <see langword="null"/> where the docket knows no such game.</summary>
    public Digest? FindClaim(DisputeDocket docket) => Act switch
    {
        CourtAct.Post => Claim!.Body.Digest,
        CourtAct.Open => Opening!.Body.Claim,
        CourtAct.Move => docket.Games.GetValueOrDefault(Made!.Body.Game)?.Claim,
        CourtAct.CallTime => docket.Games.GetValueOrDefault(Subject)?.Claim,
        _ => Subject,
    };
}
