using Verifiable.Inference.Comparison;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>The terms on which a <see cref="SamplingStrategy"/> works. Immutable.</summary>
public sealed record SamplingOptions
{
    /// <summary>The largest number of seats in a vote: 101.</summary>
    public const int MaxVoterSeats = 101;

    /// <summary>The least number of seats in a vote that providers take by default: 3.</summary>
    public const int FairVoterSeats = 3;

    /// <summary>The largest number of draws for one voter's seat that providers take by default: 3.</summary>
    /// <remarks>With it the number of seats must be such that who holds a tenth of the stake cannot make an honest provider lose by taking part.</remarks>
    public const int FairAttempts = FairDraws.MaxAttempts;

    /// <summary>The largest number of draws for one seat: 16.</summary>
    public const int GreatestAttempts = 16;

    // The margins of two clocks before the beacon's rounds, and the vote after them, fit in.
    private static readonly TimeSpan _leastWithBeacon = TimeSpan.FromMilliseconds(6 * BeaconEvidence.ClockMargin);

    /// <summary>Gets the probability that a claim is audited, p. The default is 0.1.</summary>
    public double AuditRate { get; init; } = 0.1;

    /// <summary>Gets what each provider is paid for a right answer, R. The default is 120 units.</summary>
    public Amount Reward { get; init; } = new(120);

    /// <summary>Gets what a convicted or silent provider loses, S, and so the stake that each task reserves. The default is 3000 units.</summary>
    public Amount Slash { get; init; } = new(3000);

    /// <summary>Gets what the validator that proves a mismatch gets out of the slash, w. The default is 300 units.</summary>
    public Amount Bounty { get; init; } = new(300);

    /// <summary>Gets the number of seats in the vote on a mismatch, m, odd. The default is 9.</summary>
    public int VoterSeats { get; init; } = 9;

    /// <summary>Gets the comparison of outputs; its name must be the one that the order's profile names. The default is by bits.</summary>
    public OutputComparer Comparer { get; init; } = OutputComparers.Exact;

    /// <summary>Gets the largest distance at which two outputs count as the same. The default is 0.</summary>
    public double Limit { get; init; }

    /// <summary>Gets the time that a provider has for one task. The default is 10 seconds.</summary>
    public TimeSpan AnswerWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the time within which a provider accepts before the next one is drawn. The default is 2 seconds.</summary>
    public TimeSpan AcceptWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the time after a deadline within which the requester opens its secret: it bounds the whole audit. The default is 5 minutes.</summary>
    public TimeSpan OpeningWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the number of draws for who answers, and for who checks, before the seat stays empty. The default is 2.</summary>
    public int MaxAttempts { get; init; } = 2;

    /// <summary>Gets the number of draws for one voter's seat before it stays empty. The default is 1.</summary>
    /// <remarks>That a drawn provider did not accept is the requester's word. A requester who lies about it gets another draw, so this bounds how far it can steer who
    /// votes: a coalition of share r holds a seat with probability 1 − (1 − r)^attempts at most. More seats are the better remedy against voters that are away.</remarks>
    public int VoterAttempts { get; init; } = 1;

    /// <summary>Gets the public beacon by which voters are drawn and by which the ledger's judge confirms the draw; <see langword="null"/> for none. Without one the requester's own secret draws them,
    /// and by their vote nobody loses stake: who is found wrong is not paid, and that is all.</summary>
    /// <remarks>Where no public one can be reached, the ledger's operator can keep a <see cref="HashChainBeacon"/>.</remarks>
    public required IRandomBeacon? Beacon { get; init; }

    /// <summary>Gets a value indicating whether the beacon also tosses the coin and draws the checker: for receipts that third parties rely on, whose requester may be the
    /// provider's friend. The coin then falls after the answer's deadline. The default is no.</summary>
    public bool DrawsChecksByBeacon { get; init; }

    /// <summary>Gets what computing and cheating cost, and how large a coalition may be: what the terms are examined against. The default honest cost is 100 units.</summary>
    public SamplingCosts Costs { get; init; } = new() { HonestCost = 100 };

    /// <summary>Gets a value indicating whether terms under which cheating pays are accepted: for experiments only. The default is no.</summary>
    public bool AllowsInsecureTerms { get; init; }

    /// <summary>Gets a value indicating whether providers take these terms by default.</summary>
    internal bool AreFair => VoterSeats >= FairVoterSeats && VoterAttempts <= FairAttempts && (Beacon is null || LargestProtectedShare is not null);

    /// <summary>Gets the largest share of the stake of a provider that takes these terms by default; <see langword="null"/> where none does, or a vote takes no stake.</summary>
    internal decimal? LargestProtectedShare => Beacon is null ? null : FairDraws.LargestBarredShare(VoterSeats, VoterAttempts, Slash, Reward, Costs.HonestCost);

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (!(AuditRate is > 0 and <= 1))
        {
            yield return $"{nameof(AuditRate)} must be in (0, 1], got {AuditRate}.";
        }

        if (Reward.Units is 0 or > long.MaxValue)
        {
            yield return $"{nameof(Reward)} must be 1 to {long.MaxValue} units, got {Reward}.";
        }

        if (VoterSeats is < 1 or > MaxVoterSeats || VoterSeats % 2 == 0)
        {
            yield return $"{nameof(VoterSeats)} must be odd and 1 to {MaxVoterSeats}, got {VoterSeats}.";
        }
        else if ((UInt128)Bounty.Units + ((UInt128)Reward.Units * (UInt128)VoterSeats) > Slash.Units / 2)
        {
            yield return $"{nameof(Slash)} must be at least twice the bounty and the voters' pay, so that half of it is burnt: "
                + $"at least {2 * ((UInt128)Bounty.Units + ((UInt128)Reward.Units * (UInt128)VoterSeats))} units, got {Slash}.";
        }

        if (Costs is null)
        {
            yield return $"{nameof(Costs)} is required.";
        }
        else if (Comparer is not null && AuditRate is > 0 and <= 1 && Reward.Units is not 0 and <= long.MaxValue)
        {
            foreach (string fault in Costs.ToEconomics(this).Validate())
            {
                yield return fault;
            }
        }

        if (Comparer is null)
        {
            yield return $"{nameof(Comparer)} is required.";
        }

        if (!(Limit >= 0) || double.IsInfinity(Limit))
        {
            yield return $"{nameof(Limit)} must be finite and 0 or more, got {Limit}.";
        }

        if (AnswerWindow < TimeSpan.FromMilliseconds(1) || AnswerWindow > TimeSpan.FromDays(30))
        {
            yield return $"{nameof(AnswerWindow)} must be 1 ms to 30 days, got {AnswerWindow}.";
        }

        if (AcceptWindow < TimeSpan.FromMilliseconds(1) || AcceptWindow > AnswerWindow)
        {
            yield return $"{nameof(AcceptWindow)} must be at least 1 ms and at most {nameof(AnswerWindow)}, got {AcceptWindow}.";
        }

        // Rationale: an undelivered answer is demanded within the first eighth, after its check. Checkers that use up their time, one after the other, must not save it.
        TimeSpan attempts = (8 * Math.Clamp(MaxAttempts, 1, GreatestAttempts) * (AnswerWindow + AcceptWindow)) + TimeSpan.FromMilliseconds(DrawsChecksByBeacon ? 8 * BeaconEvidence.ClockMargin : 0);
        TimeSpan least = Beacon is null || attempts > _leastWithBeacon ? attempts : _leastWithBeacon;
        if (OpeningWindow < least || OpeningWindow > TimeSpan.FromDays(365))
        {
            yield return $"{nameof(OpeningWindow)} must be at least {least}, eight times all attempts at a check (and 40 s more where a beacon draws it), and 30 s with a beacon, so that a check, a vote and late reveals fit in, "
                + $"and at most a year, got {OpeningWindow}.";
        }

        if (DrawsChecksByBeacon && Beacon is null)
        {
            yield return $"{nameof(DrawsChecksByBeacon)} needs a {nameof(Beacon)}, got none.";
        }

        if (MaxAttempts is < 1 or > GreatestAttempts)
        {
            yield return $"{nameof(MaxAttempts)} must be 1 to {GreatestAttempts}, got {MaxAttempts}.";
        }

        if (VoterAttempts is < 1 or > GreatestAttempts)
        {
            yield return $"{nameof(VoterAttempts)} must be 1 to {GreatestAttempts}, got {VoterAttempts}.";
        }
    }
}
