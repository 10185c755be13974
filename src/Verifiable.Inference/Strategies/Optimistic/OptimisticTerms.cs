using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>What a request under <see cref="OptimisticStrategy"/> binds itself to, in its signed body and in each of its envelopes. Immutable; equal by content.</summary>
public sealed record OptimisticTerms : ICanonical<OptimisticTerms>
{
    /// <summary>The largest number of draws for one seat: 16.</summary>
    public const int GreatestAttempts = 16;

    /// <summary>The most that a provider puts at risk by default, as a multiple of the reward: 250.</summary>
    public const ulong MostBondPerReward = 250;

    /// <summary>The largest number of draws for the asserter's seat, those included that fell on somebody who failed before: 1024.</summary>
    /// <remarks>Rationale: the requester chooses the secret, and so who answers, whatever the number; who convicts does not depend on it.</remarks>
    internal const int MaxAsserterDraws = 1024;

    private const string Domain = "vinf/optimistic-terms/v2";

    /// <summary>Gets the probability that the system has a claim recomputed, p_sys.</summary>
    public required Probability64 CheckRate { get; init; }

    /// <summary>Gets what each provider is paid for an answer that stands, R.</summary>
    public required Amount Reward { get; init; }

    /// <summary>Gets what a provider loses of its stake that is silent, signs two claims, or is convicted, S.</summary>
    public required Amount Slash { get; init; }

    /// <summary>Gets the clocks and bonds of disputes, with what a convicted claim loses besides.</summary>
    public required DisputeTerms Disputes { get; init; }

    /// <summary>Gets the number of draws for one seat before it stays empty.</summary>
    public required ushort MaxAttempts { get; init; }

    /// <summary>Gets the time after each deadline within which the secret is opened, in milliseconds: it holds a recomputation and all disputes.</summary>
    public required long OpeningWindow { get; init; }

    /// <summary>Gets the time after the asserter's deadline within which the system's check is drawn and computed, in milliseconds. Nobody who is honest shows the claim in the court before the check is in, or this time is over.</summary>
    public required long CheckWindow { get; init; }

    /// <summary>Gets the name of the public beacon that tosses the coin of the system's check and draws the recomputer; empty where the requester's secret does.</summary>
    public string BeaconName { get; init; } = string.Empty;

    /// <summary>Gets the time from the request's deadline to the time after which the beacon's next round decides, in milliseconds; 0 where there is no beacon.</summary>
    public long CheckDelay { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out OptimisticTerms? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        Probability64 rate = new(reader.ReadUInt64());
        Amount reward = new(reader.ReadUInt64());
        Amount slash = new(reader.ReadUInt64());
        DisputeTerms? disputes = reader.Read<DisputeTerms>();
        ushort attempts = reader.ReadUInt16();
        long window = reader.ReadInt64();
        long check = reader.ReadInt64();
        string beacon = reader.ReadText();
        long delay = reader.ReadInt64();
        if (reader.Failed || disputes is null)
        {
            return false;
        }

        OptimisticTerms read = new()
        {
            CheckRate = rate,
            Reward = reward,
            Slash = slash,
            Disputes = disputes,
            MaxAttempts = attempts,
            OpeningWindow = window,
            CheckWindow = check,
            BeaconName = beacon,
            CheckDelay = delay,
        };
        if (!read.IsSound)
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
        writer.WriteUInt64(CheckRate.Numerator);
        writer.WriteUInt64(Reward.Units);
        writer.WriteUInt64(Slash.Units);
        Disputes.WriteTo(ref writer);
        writer.WriteUInt16(MaxAttempts);
        writer.WriteInt64(OpeningWindow);
        writer.WriteInt64(CheckWindow);
        writer.WriteText(BeaconName);
        writer.WriteInt64(CheckDelay);
    }

    /// <summary>Gives the time after which the beacon's next round tosses the coin and draws the recomputer. It saturates, for a receipt from outside may name any deadline.</summary>
    internal long CheckTime(long deadline) => deadline > long.MaxValue - CheckDelay ? long.MaxValue : deadline + CheckDelay;

    /// <summary>Makes the envelope of a seat. It follows from the request and the opened secret, so that a receipt need not carry it.</summary>
    internal TaskEnvelope CreateEnvelope(InferenceRequest request, Digest secret, Selection.Seat seat, Identity.NodeId provider, long deadline) =>
        SeatEnvelopes.Create(request, secret, seat, provider, Reward, Reward, Slash, deadline, OpeningWindow);

    /// <summary>Gets a value indicating whether the challenge window holds the system's check: who computed the claim again can still open a dispute, however early the claim was shown in the court; and the
    /// check is in before providers post their claims themselves.</summary>
    internal bool HoldsCheck => CheckWindow > 0 && (Int128)CheckWindow + Disputes.Extension <= Disputes.Window && CheckWindow <= OpeningWindow / 4;

    /// <summary>Gets a value indicating whether an honest provider takes these terms: whoever challenges it wrongly pays it at least what the answer does, it has a second or more for each of its turns,
    /// it does not put more at risk than it is used to, and the system's check fits into the window for challenges.</summary>
    internal bool IsFair => Disputes.Split(Disputes.ChallengeBond).Reward >= Reward && Disputes.Extension >= 1000 && MaxAttempts <= FairDraws.MaxAttempts
        && (UInt128)Slash.Units + Disputes.ClaimBond.Units <= (UInt128)Reward.Units * MostBondPerReward
        && OpeningWindow >= LeastOpeningWindow(Disputes) && HoldsCheck;

    /// <summary>Gets a value indicating whether the terms mean something. A claim is always bonded, and the window for the secret holds every dispute.</summary>
    internal bool IsSound => Reward.Units is > 0 and <= long.MaxValue && Slash.Units is > 0 and <= long.MaxValue && MaxAttempts is > 0 and <= GreatestAttempts
        && OpeningWindow is > 0 and <= 366L * 86_400_000 && CheckWindow is > 0 and <= 366L * 86_400_000
        && (BeaconName.Length > 0 ? CheckDelay >= BeaconEvidence.ClockMargin && CheckDelay <= OpeningWindow : CheckDelay == 0);

    /// <summary>Gives the least time between a deadline and the opening of the secret: an eighth for the demand and an eighth for the reveal of what was not delivered, then all disputes over the
    /// claim, and as long again for those over the recomputation.</summary>
    internal static long LeastOpeningWindow(DisputeTerms disputes) => (long)Int128.Min(long.MaxValue, 4 * disputes.LongestFinality);
}
