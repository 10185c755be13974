using Verifiable.Inference.Comparison;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>The terms on which a <see cref="HiddenDuplicationStrategy"/> works. Immutable.</summary>
public sealed record HiddenDuplicationOptions
{
    /// <summary>Gets the probability that a work is computed twice, d. The default is 0.1.</summary>
    public double DuplicationRate { get; init; } = 0.1;

    /// <summary>Gets what each provider is paid for a right answer, R. The default is 120 units.</summary>
    public Amount Reward { get; init; } = new(120);

    /// <summary>Gets what a convicted or silent provider loses, S. The default is 3000 units.</summary>
    public Amount Slash { get; init; } = new(3000);

    /// <summary>Gets what the provider gets out of the slash whose twin is convicted, w. The default is 300 units.</summary>
    public Amount Bounty { get; init; } = new(300);

    /// <summary>Gets the number of seats in the vote on a mismatch, m, odd. The default is 9.</summary>
    public int VoterSeats { get; init; } = 9;

    /// <summary>Gets the public beacon by which voters are drawn and by which the ledger's judge confirms the draw; <see langword="null"/> for none, and then nobody loses stake by a vote.</summary>
    public required IRandomBeacon? Beacon { get; init; }

    /// <summary>Gets the comparison of outputs. The default is by bits.</summary>
    public OutputComparer Comparer { get; init; } = OutputComparers.Exact;

    /// <summary>Gets the largest distance at which two outputs count as the same. The default is 0.</summary>
    public double Limit { get; init; }

    /// <summary>Gets the time that a provider has for one task. The default is 10 seconds.</summary>
    public TimeSpan AnswerWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the time within which a provider accepts before the next one is drawn. The default is 2 seconds.</summary>
    public TimeSpan AcceptWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the time after a deadline within which the requester opens its secret. The default is 15 minutes.</summary>
    public TimeSpan OpeningWindow { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets the number of draws for who answers, and for its twin, before the seat stays empty. The default is 2.</summary>
    public int MaxAttempts { get; init; } = 2;

    /// <summary>Gets the number of draws for one voter's seat before it stays empty. The default is 1.</summary>
    public int VoterAttempts { get; init; } = 1;

    /// <summary>Gets what hides the envelopes of one work among those of others; <see langword="null"/> (default) sends each at once, and who watches the ledger can tell a twin.</summary>
    public EnvelopeMixer? Mixer { get; init; }

    /// <summary>Gets the time from the first envelope to the settlement, the same for sole and duplicated work; longer only where a check takes longer. The default is 1 minute.</summary>
    public TimeSpan SettlementDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets a value indicating whether terms are taken that deter only a cheat that cannot tell its role. The default is no: then they deter one that knows it is the first.</summary>
    public bool ReliesOnHiding { get; init; }

    /// <summary>Gets what computing and cheating cost, and how large a coalition may be. The default honest cost is 100 units.</summary>
    public SamplingCosts Costs { get; init; } = new() { HonestCost = 100 };

    /// <summary>Gets a value indicating whether terms under which cheating pays are accepted: for experiments only. The default is no.</summary>
    public bool AllowsInsecureTerms { get; init; }

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (string fault in ToSampling().Validate())
        {
            yield return fault.Replace(nameof(SamplingOptions.AuditRate), nameof(DuplicationRate), StringComparison.Ordinal);
        }

        // Rationale: a request that is still open when the others of its age are settled is being voted on, and whoever gets an envelope then knows that it is a voter's.
        if (ReliesOnHiding && SettlementDelay < LongestVote)
        {
            yield return $"{nameof(SettlementDelay)} must be at least {LongestVote} where the terms rely on hiding, as long as a vote may take with its waits, got {SettlementDelay}.";
        }

        // Rationale: demands, late checks and votes wait for rounds too, and must fit before the first opening is due.
        TimeSpan wait = Mixer?.LongestWait ?? TimeSpan.Zero;
        TimeSpan least = SettlementDelay + (8 * Math.Clamp(MaxAttempts, 1, SamplingOptions.GreatestAttempts) * (AnswerWindow + AcceptWindow + wait));
        if (SettlementDelay < TimeSpan.Zero || OpeningWindow < least)
        {
            yield return $"{nameof(OpeningWindow)} must be at least {least}, the settlement's delay and eight times all attempts at a check with their waits, got {OpeningWindow}.";
        }
    }

    /// <summary>Gets the time over which the envelopes of one vote are spread: so many of the beacon's intervals as fill the time for an answer, so that when one leaves tells nothing of the beacon's rounds. Zero without a mixer.</summary>
    internal TimeSpan VoteSpread => Mixer is null ? TimeSpan.Zero : BeaconInterval * Math.Ceiling(AnswerWindow / BeaconInterval);

    /// <summary>Gets the time from the first envelope to the last vote when each seat is filled by its first draw: the answer, the delay of the vote, the beacon's interval, the spread, a wait and one more answer.</summary>
    internal TimeSpan LongestVote
    {
        get
        {
            TimeSpan wait = Mixer?.LongestWait ?? TimeSpan.Zero;
            TimeSpan interval = Beacon is null ? TimeSpan.Zero : BeaconInterval;
            return (MaxAttempts * ((2 * (AcceptWindow + wait)) + AnswerWindow)) + TimeSpan.FromMilliseconds(BeaconEvidence.ClockMargin) + interval + VoteSpread + wait + (2 * AnswerWindow);
        }
    }

    // At least a millisecond, also where there is no beacon; at most a day.
    private TimeSpan BeaconInterval
    {
        get
        {
            long origin = DateTimeOffset.UnixEpoch.AddYears(60).ToUnixTimeMilliseconds();
            return TimeSpan.FromMilliseconds(Beacon is null ? 1 : Math.Clamp(Beacon.TimeOf(Beacon.RoundAfter(origin) + 1) - Beacon.TimeOf(Beacon.RoundAfter(origin)), 1, 86_400_000));
        }
    }

    /// <summary>Gets these terms as those of sampling, whose rules decide.</summary>
    internal SamplingOptions ToSampling() => new()
    {
        AuditRate = DuplicationRate,
        Beacon = Beacon,
        Reward = Reward,
        Slash = Slash,
        Bounty = Bounty,
        VoterSeats = VoterSeats,
        Comparer = Comparer,
        Limit = Limit,
        AnswerWindow = AnswerWindow,
        AcceptWindow = AcceptWindow,
        OpeningWindow = OpeningWindow,
        MaxAttempts = MaxAttempts,
        VoterAttempts = VoterAttempts,
        Costs = Costs,
        AllowsInsecureTerms = AllowsInsecureTerms,
    };
}
