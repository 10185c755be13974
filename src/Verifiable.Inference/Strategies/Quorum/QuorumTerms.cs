using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>What a request under <see cref="QuorumStrategy"/> binds itself to, in its signed body. Immutable.</summary>
internal sealed record QuorumTerms : ICanonical<QuorumTerms>
{
    private const string Domain = "vinf/quorum-terms/v2";

    /// <summary>Gets the number of seats of the committee that answers, n.</summary>
    public required ushort Seats { get; init; }

    /// <summary>Gets the number of seats that a group must exceed to win, T; at least half of <see cref="Seats"/>, so that two groups never both win.</summary>
    public required ushort Threshold { get; init; }

    /// <summary>Gets the number of seats of the committee that decides, m; odd and more than <see cref="Seats"/>.</summary>
    public required ushort EscalationSeats { get; init; }

    /// <summary>Gets the share of answers that nobody contradicts and that are escalated all the same, a.</summary>
    public required Probability64 EscalationRate { get; init; }

    /// <summary>Gets what a provider is paid for each seat, R.</summary>
    public required Amount Reward { get; init; }

    /// <summary>Gets what a convicted or silent provider loses for each seat, S.</summary>
    public required Amount Slash { get; init; }

    /// <summary>Gets what a seat of the first committee gets out of the slash for having contradicted what was found wrong, w.</summary>
    public required Amount Bounty { get; init; }

    /// <summary>Gets the number of draws for one seat of the first committee before it stays empty.</summary>
    public required ushort MaxAttempts { get; init; }

    /// <summary>Gets the number of draws for one seat of the deciding committee before it stays empty.</summary>
    public required ushort EscalationAttempts { get; init; }

    /// <summary>Gets the largest distance at which two outputs count as the same.</summary>
    public required double Limit { get; init; }

    /// <summary>Gets the time after each deadline within which the secret is opened, in milliseconds.</summary>
    public required long OpeningWindow { get; init; }

    /// <summary>Gets the name of the public beacon by which the second committee is drawn; empty for none, and then nobody is convicted by it.</summary>
    public string BeaconName { get; init; } = string.Empty;

    /// <summary>Gets the beacon's round, one whose value is out only after the first committee's claims are due.</summary>
    public ulong BeaconRound { get; init; }

    /// <summary>Gets the time at which the beacon's round is out, in milliseconds since 1970-01-01 UTC.</summary>
    public long BeaconTime { get; init; }

    /// <summary>Gets the escrow that backs each seat: the reward and its part of the price of an escalation, so that withholding the secret never saves that price.</summary>
    public Amount Escrow => new(checked(Reward.Units + (((Reward.Units * EscalationSeats) + Seats - 1) / Seats)));

    /// <summary>Gets a value indicating whether wrong outputs cost stake: only where nobody could steer who decides.</summary>
    public bool Convicts => BeaconName.Length > 0;

    private bool IsSound =>
        Seats is > 0 and <= QuorumOptions.MaxSeats && Threshold < Seats && 2 * (Threshold + 1) > Seats
        && EscalationSeats > Seats && EscalationSeats % 2 == 1 && EscalationSeats <= QuorumOptions.MaxEscalationSeats
        && double.IsFinite(Limit) && !double.IsNegative(Limit) && OpeningWindow > 0
        && Reward.Units is > 0 and <= QuorumOptions.GreatestAmount && Slash.Units is > 0 and <= QuorumOptions.GreatestAmount && Bounty.Units <= QuorumOptions.GreatestAmount
        && MaxAttempts is > 0 and <= QuorumOptions.GreatestAttempts && EscalationAttempts is > 0 and <= QuorumOptions.GreatestAttempts
        && (BeaconName.Length > 0 || (BeaconRound == 0 && BeaconTime == 0));

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out QuorumTerms? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        QuorumTerms read = new()
        {
            Seats = reader.ReadUInt16(),
            Threshold = reader.ReadUInt16(),
            EscalationSeats = reader.ReadUInt16(),
            EscalationRate = new Probability64(reader.ReadUInt64()),
            Reward = new Amount(reader.ReadUInt64()),
            Slash = new Amount(reader.ReadUInt64()),
            Bounty = new Amount(reader.ReadUInt64()),
            MaxAttempts = reader.ReadUInt16(),
            EscalationAttempts = reader.ReadUInt16(),
            Limit = reader.ReadDouble(),
            OpeningWindow = reader.ReadInt64(),
            BeaconName = reader.ReadText(),
            BeaconRound = reader.ReadUInt64(),
            BeaconTime = reader.ReadInt64(),
        };
        if (reader.Failed || !read.IsSound)
        {
            reader.Fail();
            return false;
        }

        value = read;
        return true;
    }

    /// <summary>Tells how many seats an envelope on these terms stands for; 0 when its amounts are not those of any number of seats.</summary>
    public int SeatsOf(Amount reward, Amount escrow, Amount stakeAtRisk)
    {
        ulong seats = reward.Units / Reward.Units;
        bool fits = seats is > 0 and <= QuorumOptions.MaxEscalationSeats && reward == Reward * seats && escrow == Escrow * seats && stakeAtRisk == Slash * seats;
        return fits && seats <= EscalationSeats ? (int)seats : 0;
    }

    /// <summary>Tells whether a provider does not lose by taking part, whatever committee the requester puts together: one with a friend that contradicts, and the largest other stakes in all other seats; or one
    /// without, of which the coin calls the second committee.</summary>
    public bool IsFair(NodeId provider, StakeShares stakes, Amount cost, decimal coalitionShare)
    {
        if (EscalationSeats < QuorumOptions.FairEscalationSeats || EscalationAttempts > QuorumOptions.FairAttempts)
        {
            return false;
        }

        // Who holds all stake meets nobody who could decide against it.
        decimal own = stakes.ShareOf(provider);
        return !Convicts || own == 1
            || (Protects(own + stakes.LargestOthers(provider, Math.Max(0, Seats - 2)), 1) && Protects(own + stakes.LargestOthers(provider, Seats - 1), (decimal)EscalationRate.ToDouble()));

        bool Protects(decimal barred, decimal chance) => FairDraws.Protect(EscalationSeats, EscalationAttempts, Slash, Reward, cost.Units, barred, coalitionShare, chance);
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt16(Seats);
        writer.WriteUInt16(Threshold);
        writer.WriteUInt16(EscalationSeats);
        writer.WriteUInt64(EscalationRate.Numerator);
        writer.WriteUInt64(Reward.Units);
        writer.WriteUInt64(Slash.Units);
        writer.WriteUInt64(Bounty.Units);
        writer.WriteUInt16(MaxAttempts);
        writer.WriteUInt16(EscalationAttempts);
        writer.WriteDouble(Limit);
        writer.WriteInt64(OpeningWindow);
        writer.WriteText(BeaconName);
        writer.WriteUInt64(BeaconRound);
        writer.WriteInt64(BeaconTime);
    }
}
