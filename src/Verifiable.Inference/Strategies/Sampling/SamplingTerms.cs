using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>What a request under <see cref="SamplingStrategy"/> binds itself to, in its signed body. Immutable.</summary>
public sealed record SamplingTerms : ICanonical<SamplingTerms>
{
    private const string Domain = "vinf/sampling-terms/v3";

    /// <summary>Gets the probability that a claim is audited, p.</summary>
    public required Probability64 AuditRate { get; init; }

    /// <summary>Gets what each provider is paid for a right answer, R.</summary>
    public required Amount Reward { get; init; }

    /// <summary>Gets what a convicted or silent provider loses, S.</summary>
    public required Amount Slash { get; init; }

    /// <summary>Gets what the validator that proves a mismatch gets out of the slash, w.</summary>
    public required Amount Bounty { get; init; }

    /// <summary>Gets the number of seats in the vote on a mismatch, m.</summary>
    public required ushort VoterSeats { get; init; }

    /// <summary>Gets the number of draws for the asserter's and the validator's seat before it stays empty.</summary>
    public required ushort MaxAttempts { get; init; }

    /// <summary>Gets the number of draws for one voter's seat before it stays empty. It bounds what a requester gains who lies about refusals to get another draw.</summary>
    public required ushort VoterAttempts { get; init; }

    /// <summary>Gets the largest distance at which two outputs count as the same.</summary>
    public required double Limit { get; init; }

    /// <summary>Gets the time after each deadline within which the secret is opened, in milliseconds.</summary>
    public required long OpeningWindow { get; init; }

    /// <summary>Gets the name of the public beacon by which voters are drawn; empty for none, and then nobody loses stake by their vote.</summary>
    public string BeaconName { get; init; } = string.Empty;

    /// <summary>Gets the time from the request's deadline to the time after which the beacon's next round draws the voters, in milliseconds; 0 where there is no beacon. Whom a vote may convict has to
    /// claim before it.</summary>
    /// <remarks>Rationale: the round follows from the request, which every envelope binds and none shows. Named in the terms it would tell whoever holds an envelope how long ago the request began, and
    /// with it the role.</remarks>
    public long VoteDelay { get; init; }

    /// <summary>Gets the same for the coin and the checker; 0 where the secret alone draws them, at once.</summary>
    public long CheckDelay { get; init; }

    /// <summary>Gets a value indicating whether a wrong output costs stake: only where nobody could steer who votes.</summary>
    public bool Convicts => BeaconName.Length > 0;

    /// <summary>Gets the escrow that backs each task: the reward and the price of one audit.</summary>
    public Amount Escrow => Reward * 2;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out SamplingTerms? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        SamplingTerms read = new()
        {
            AuditRate = new Probability64(reader.ReadUInt64()),
            Reward = new Amount(reader.ReadUInt64()),
            Slash = new Amount(reader.ReadUInt64()),
            Bounty = new Amount(reader.ReadUInt64()),
            VoterSeats = reader.ReadUInt16(),
            MaxAttempts = reader.ReadUInt16(),
            VoterAttempts = reader.ReadUInt16(),
            Limit = reader.ReadDouble(),
            OpeningWindow = reader.ReadInt64(),
            BeaconName = reader.ReadText(),
            VoteDelay = reader.ReadInt64(),
            CheckDelay = reader.ReadInt64(),
        };
        if (reader.Failed || !read.IsSound)
        {
            reader.Fail();
            return false;
        }

        value = read;
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt64(AuditRate.Numerator);
        writer.WriteUInt64(Reward.Units);
        writer.WriteUInt64(Slash.Units);
        writer.WriteUInt64(Bounty.Units);
        writer.WriteUInt16(VoterSeats);
        writer.WriteUInt16(MaxAttempts);
        writer.WriteUInt16(VoterAttempts);
        writer.WriteDouble(Limit);
        writer.WriteInt64(OpeningWindow);
        writer.WriteText(BeaconName);
        writer.WriteInt64(VoteDelay);
        writer.WriteInt64(CheckDelay);
    }

    /// <summary>Gives the time after which the beacon's next round draws the voters of a request, in milliseconds since 1970-01-01 UTC.</summary>
    internal long VoteTime(long deadline) => After(deadline, VoteDelay);

    /// <summary>Gives the time after which the beacon's next round tosses the coin and draws the checker.</summary>
    internal long CheckTime(long deadline) => After(deadline, CheckDelay);

    /// <summary>Gives the latest deadline of a task whose provider the vote may convict: the margin of two clocks before the vote's round may come.</summary>
    internal long LastClaim(long deadline) => BeaconEvidence.LastClaim(VoteTime(deadline));

    // Saturates: a receipt from outside may name any deadline.
    private static long After(long deadline, long delay) => deadline > long.MaxValue - delay ? long.MaxValue : deadline + delay;

    // What an honest provider with a share of the stake asks for before it puts stake under a vote, from which it is barred itself. Where a vote takes no stake, one voter is still no vote, and many draws
    // for one seat let a requester look for friends. A round that is out at once after the last claim is due would be out before it, by a clock that is a little ahead. Who holds
    // all stake meets no voter.
    internal bool IsFair(decimal share, Amount cost, decimal coalitionShare) =>
        (!Convicts || VoteDelay >= BeaconEvidence.ClockMargin) && VoterSeats >= SamplingOptions.FairVoterSeats && VoterAttempts <= SamplingOptions.FairAttempts
        && (!Convicts || share == 1 || FairDraws.Protect(VoterSeats, VoterAttempts, Slash, Reward, cost.Units, share, coalitionShare));

    // Rationale: with at least half of the slash burnt, accuser, voters and cheat together lose by a conviction, whoever they are.
    internal bool IsSound =>
        (Convicts ? VoteDelay > CheckDelay && CheckDelay >= 0 : VoteDelay == 0 && CheckDelay == 0)
        && double.IsFinite(Limit) && !double.IsNegative(Limit) && OpeningWindow > 0 && AuditRate.Numerator > 0 && Reward.Units > 0 && Slash.Units > 0
        && VoterSeats % 2 == 1 && VoterSeats <= SamplingOptions.MaxVoterSeats && MaxAttempts is > 0 and <= SamplingOptions.GreatestAttempts && VoterAttempts is > 0 and <= SamplingOptions.GreatestAttempts && Reward.Units <= ulong.MaxValue / 2
        && (UInt128)Bounty.Units + ((UInt128)Reward.Units * VoterSeats) <= Slash.Units / 2;
}
