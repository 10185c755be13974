using Verifiable.Inference.Comparison;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The terms on which a <see cref="QuorumStrategy"/> works. Immutable.</summary>
public sealed record QuorumOptions
{
    /// <summary>The value of <see cref="Seats"/> that asks for as many seats as there are providers with stake.</summary>
    public const int AsManyAsProviders = 0;

    /// <summary>The largest number of seats of the committee that answers: 499.</summary>
    public const int MaxSeats = 499;

    /// <summary>The largest number of seats of the committee that decides: 999.</summary>
    public const int MaxEscalationSeats = 999;

    /// <summary>The least number of seats of the deciding committee that providers take by default: 5.</summary>
    public const int FairEscalationSeats = 5;

    /// <summary>The largest number of draws for one seat of the deciding committee that providers take by default: 3.</summary>
    public const int FairAttempts = FairDraws.MaxAttempts;

    /// <summary>The largest number of draws for one seat: 16.</summary>
    public const int GreatestAttempts = 16;

    /// <summary>The share of stake of a requester's friends against which providers want to be safe by default: a tenth.</summary>
    public const decimal FairCoalitionShare = FairDraws.CoalitionShare;

    internal const ulong GreatestAmount = 1UL << 40;

    /// <summary>Gets the number of seats of the committee that answers, n: odd, or <see cref="AsManyAsProviders"/>. The default is 3.</summary>
    /// <remarks>Seats are drawn by stake with replacement, also for the latter: heads are free to forge, and a quorum of heads would count them.</remarks>
    public int Seats { get; init; } = 3;

    /// <summary>Gets the number of seats that a group must exceed to win; <see langword="null"/> (default) for half of the seats.</summary>
    public int? Threshold { get; init; }

    /// <summary>Gets the number of seats of the committee that decides, m: odd; <see langword="null"/> (default) for three times the seats, at least 9.</summary>
    public int? EscalationSeats { get; init; }

    /// <summary>Gets the share of answers that nobody contradicts and that are escalated all the same, a. The default is 0.05.</summary>
    public double EscalationRate { get; init; } = 0.05;

    /// <summary>Gets what a provider is paid for each seat, R. The default is 120 units.</summary>
    public Amount Reward { get; init; } = new(120);

    /// <summary>Gets what a convicted or silent provider loses for each seat, S, and so the stake that each seat reserves. The default is 3000 units.</summary>
    public Amount Slash { get; init; } = new(3000);

    /// <summary>Gets what a seat of the first committee gets out of the slash for having contradicted what was found wrong, w. The default is 300 units.</summary>
    public Amount Bounty { get; init; } = new(300);

    /// <summary>Gets the comparison of outputs; its name must be the one that the order's profile names. The default is by bits.</summary>
    public OutputComparer Comparer { get; init; } = OutputComparers.Exact;

    /// <summary>Gets the largest distance at which two outputs count as the same. The default is 0.</summary>
    public double Limit { get; init; }

    /// <summary>Gets the public beacon by which the second committee is drawn and by which the ledger's judge confirms the draw; <see langword="null"/> for none. Without one
    /// the requester's own secret draws, and by that nobody loses stake for a wrong output.</summary>
    public required IRandomBeacon? Beacon { get; init; }

    /// <summary>Gets a value indicating whether the first committee is waited for to its last seat. The default is no: the outcome comes with the slowest reveal that it needs.</summary>
    /// <remarks>Whoever waits hears every contradiction: a wrong answer then needs all seats, not most.</remarks>
    public bool WaitsForAll { get; init; }

    /// <summary>Gets the time that a provider has for one task. The default is 10 seconds.</summary>
    public TimeSpan AnswerWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the time within which a provider accepts before the next one is drawn. The default is 2 seconds.</summary>
    public TimeSpan AcceptWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the time after a deadline within which the requester opens its secret: it bounds the whole escalation. The default is 5 minutes.</summary>
    public TimeSpan OpeningWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the number of draws for one seat of the committee that answers before it stays empty. The default is 2.</summary>
    public int MaxAttempts { get; init; } = 2;

    /// <summary>Gets the number of draws for one seat of the committee that decides before it stays empty. The default is 1.</summary>
    /// <remarks>That a drawn provider did not accept is the requester's word, so each more is one more chance for it to find a friend. More seats are the better remedy against those that are away.</remarks>
    public int EscalationAttempts { get; init; } = 1;

    /// <summary>Gets what computing and cheating cost, and how large a coalition may be. The default honest cost is 100 units.</summary>
    public QuorumCosts Costs { get; init; } = new() { HonestCost = 100 };

    /// <summary>Gets a value indicating whether terms under which cheating pays are accepted: for experiments only. The default is no.</summary>
    public bool AllowsInsecureTerms { get; init; }

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        bool odd = Seats == AsManyAsProviders || (Seats is > 0 and <= MaxSeats && Seats % 2 == 1);
        if (!odd)
        {
            yield return $"{nameof(Seats)} must be odd and 1 to {MaxSeats}, or {nameof(AsManyAsProviders)}, got {Seats}.";
        }

        if (Threshold is { } threshold && (Seats == AsManyAsProviders || threshold >= Seats || 2 * (threshold + 1L) <= Seats))
        {
            yield return $"{nameof(Threshold)} must be at least half of the seats, rounded down, and less than all, so that two groups never both win, and is of a fixed number of seats, got {threshold} of {Seats}.";
        }

        if (EscalationSeats is { } escalation && (escalation <= Seats || escalation % 2 == 0 || escalation > MaxEscalationSeats || Seats == AsManyAsProviders))
        {
            yield return $"{nameof(EscalationSeats)} must be odd, more than {nameof(Seats)} and at most {MaxEscalationSeats}, and is given for a fixed number of seats, got {escalation}.";
        }

        if (!(EscalationRate is >= 0 and <= 1))
        {
            yield return $"{nameof(EscalationRate)} must be in [0, 1], got {EscalationRate}.";
        }

        foreach ((string name, Amount amount, ulong least) in ((string, Amount, ulong)[])[(nameof(Reward), Reward, 1), (nameof(Slash), Slash, 1), (nameof(Bounty), Bounty, 0)])
        {
            if (amount.Units < least || amount.Units > GreatestAmount)
            {
                yield return $"{name} must be {least} to {GreatestAmount} units, got {amount}.";
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

        // Rationale: what was not delivered is demanded within the first eighth, once the whole committee has claimed; both committees and their reveals must fit in.
        TimeSpan leastWindow = 8 * Math.Clamp(MaxAttempts, 1, GreatestAttempts) * (AnswerWindow + AcceptWindow);
        if (OpeningWindow < leastWindow || OpeningWindow > TimeSpan.FromDays(365))
        {
            yield return $"{nameof(OpeningWindow)} must be at least {leastWindow}, eight times all attempts at a seat, and at most a year, got {OpeningWindow}.";
        }

        if (MaxAttempts is < 1 or > GreatestAttempts)
        {
            yield return $"{nameof(MaxAttempts)} must be 1 to {GreatestAttempts}, got {MaxAttempts}.";
        }

        if (EscalationAttempts is < 1 or > GreatestAttempts)
        {
            yield return $"{nameof(EscalationAttempts)} must be 1 to {GreatestAttempts}, got {EscalationAttempts}.";
        }

        foreach (string fault in Costs?.Validate() ?? [$"{nameof(Costs)} is required."])
        {
            yield return fault;
        }
    }

    /// <summary>Gives the numbers of seats and the threshold for a number of providers: n, T and m.</summary>
    internal (int Seats, int Threshold, int EscalationSeats) SizesFor(int providers)
    {
        int seats = Seats == AsManyAsProviders ? Math.Min(providers | 1, MaxSeats) : Seats;
        int escalation = EscalationSeats ?? Math.Min(Math.Max(3 * seats, 9), MaxEscalationSeats);
        return (seats, Threshold ?? seats / 2, escalation);
    }
}
