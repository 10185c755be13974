using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>The terms on which an <see cref="OptimisticStrategy"/> works. Immutable.</summary>
public sealed record OptimisticOptions
{
    /// <summary>Gets the referees of the models that may be asked for, one a model: a request for another model is refused, and so is an envelope.</summary>
    public required ImmutableArray<IReferee> Referees { get; init; }

    /// <summary>Gets the probability that the system has a claim recomputed, p_sys. The default is 0.1.</summary>
    public double CheckRate { get; init; } = 0.1;

    /// <summary>Gets what each provider is paid for an answer that stands, R. The default is 120 units.</summary>
    public Amount Reward { get; init; } = new(120);

    /// <summary>Gets what a provider loses of its stake that is silent, signs two claims, or is convicted, S; all of it is burnt. The default is 3000 units.</summary>
    public Amount Slash { get; init; } = new(3000);

    /// <summary>Gets the clocks and bonds of disputes; the court's are the same. The default is a window of one hour, a claim bond of 3000 units, a challenge bond of 600, and at most 480 for the challengers of a cheat.</summary>
    /// <remarks>Rationale of the limit: a cheat that sees itself found can convict itself by another identity and has the challengers' reward back. So it is no more than twice what two challengers spend; the rest is burnt.</remarks>
    public DisputeTerms Disputes { get; init; } = new() { ClaimBond = new Amount(3000), ChallengeBond = new Amount(600), MaxReward = new Amount(480) };

    /// <summary>Gets the public beacon that tosses the coin of the system's check and draws the recomputer; <see langword="null"/> (default) where the requester's secret does, at once.</summary>
    /// <remarks>Whoever is drawn, only the dispute convicts: a beacon makes the draw auditable for those who doubt the requester, and nothing rests on it otherwise.</remarks>
    public IRandomBeacon? Beacon { get; init; }

    /// <summary>Gets the time that a provider has for one task. The default is 10 seconds.</summary>
    public TimeSpan AnswerWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the time within which a provider accepts before the next one is drawn. The default is 2 seconds.</summary>
    public TimeSpan AcceptWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the time after a deadline within which the requester opens its secret: it holds a recomputation and all disputes. The default is 8 hours.</summary>
    public TimeSpan OpeningWindow { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Gets the time after a deadline within which the system's check is drawn, with a beacon's round, and computed. The default is 10 minutes.</summary>
    /// <remarks>It holds all attempts: <see cref="MaxAttempts"/> · (<see cref="AcceptWindow"/> + <see cref="AnswerWindow"/>), and a beacon's delay. With a turn's extension it fits into the window for challenges,
    /// or a check would come too late to convict; and it is at most a quarter of <see cref="OpeningWindow"/>, when providers post their claims in the court themselves.</remarks>
    public TimeSpan CheckWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the number of draws for one seat before it stays empty. The default is 2.</summary>
    public int MaxAttempts { get; init; } = 2;

    /// <summary>Gets how often an order is begun anew, with other providers, when its answer is overturned or comes to nothing. The default is 2.</summary>
    public int MaxReassignments { get; init; } = 2;

    /// <summary>Gets what is called when an answer that was delivered is found wrong, before it is asked for again; <see langword="null"/> for nothing. It must not throw, or the run's finality fails with it.</summary>
    public Action<OverturnedAnswer>? OnOverturned { get; init; }

    /// <summary>Gets what computing and cheating cost, and how large a coalition may be: what the terms are examined against. The default honest cost is 100 units.</summary>
    public OptimisticCosts Costs { get; init; } = new() { HonestCost = 100 };

    /// <summary>Gets a value indicating whether terms under which cheating pays are accepted: for experiments only. The default is no.</summary>
    public bool AllowsInsecureTerms { get; init; }

    /// <summary>Gets a value indicating whether providers take these terms by default.</summary>
    internal bool AreFair => ToTerms(0).IsFair;

    /// <summary>Gets the least time that a check needs: all attempts, and the beacon's delay without the wait for its round.</summary>
    internal TimeSpan LeastCheckWindow => (Math.Clamp(MaxAttempts, 1, OptimisticTerms.GreatestAttempts) * (AcceptWindow + AnswerWindow)) + TimeSpan.FromMilliseconds(Beacon is null ? 0 : CheckDelay);

    /// <summary>Gets the time from a deadline to the time after which the beacon's next round decides, in milliseconds: room for every attempt to find somebody who answers; then the margin of two clocks, so
    /// that nobody claims with the value at hand.</summary>
    internal long CheckDelay => (MaxAttempts * (long)AcceptWindow.TotalMilliseconds) + BeaconEvidence.ClockMargin;

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (Referees.IsDefaultOrEmpty || Referees.Any(static referee => referee is null) || Referees.DistinctBy(static referee => referee.ModelId).Count() != Referees.Length)
        {
            yield return $"{nameof(Referees)} must hold at least one referee, and one a model.";
        }

        if (!(CheckRate is >= 0 and <= 1))
        {
            yield return $"{nameof(CheckRate)} must be in [0, 1], got {CheckRate}.";
        }

        if (Reward.Units is 0 or > long.MaxValue || Slash.Units is 0 or > long.MaxValue)
        {
            yield return $"{nameof(Reward)} and {nameof(Slash)} must be 1 to {long.MaxValue} units, got {Reward} and {Slash}.";
        }

        foreach (string fault in (Disputes is null ? [$"{nameof(Disputes)} is required."] : Disputes.Validate()).Concat(Costs is null ? [$"{nameof(Costs)} is required."] : Costs.Validate()))
        {
            yield return fault;
        }

        if (AnswerWindow < TimeSpan.FromMilliseconds(1) || AnswerWindow > TimeSpan.FromDays(30))
        {
            yield return $"{nameof(AnswerWindow)} must be 1 ms to 30 days, got {AnswerWindow}.";
        }

        if (AcceptWindow < TimeSpan.FromMilliseconds(1) || AcceptWindow > AnswerWindow)
        {
            yield return $"{nameof(AcceptWindow)} must be at least 1 ms and at most {nameof(AnswerWindow)}, got {AcceptWindow}.";
        }

        if (MaxAttempts is < 1 or > OptimisticTerms.GreatestAttempts || MaxReassignments is < 0 or > 64)
        {
            yield return $"{nameof(MaxAttempts)} must be 1 to {OptimisticTerms.GreatestAttempts} and {nameof(MaxReassignments)} 0 to 64, got {MaxAttempts} and {MaxReassignments}.";
        }

        if (CheckWindow < LeastCheckWindow || CheckWindow > TimeSpan.FromDays(300))
        {
            yield return $"{nameof(CheckWindow)} must be at least {LeastCheckWindow}, all attempts at a check{(Beacon is null ? string.Empty : " after the beacon's delay")}, and at most 300 days, got {CheckWindow}.";
        }

        // Every attempt at a check, with a beacon's round, in the quarter that no dispute needs.
        TimeSpan checks = 4 * (Math.Clamp(MaxAttempts, 1, OptimisticTerms.GreatestAttempts) * 2 * (AnswerWindow + AcceptWindow)) + TimeSpan.FromMilliseconds(8 * BeaconEvidence.ClockMargin);
        TimeSpan least = Disputes is null ? checks : checks + TimeSpan.FromMilliseconds(OptimisticTerms.LeastOpeningWindow(Disputes));
        if (OpeningWindow < least || OpeningWindow > TimeSpan.FromDays(300))
        {
            yield return $"{nameof(OpeningWindow)} must be at least {least}, four times the longest dispute and all attempts at a check, and at most 300 days, got {OpeningWindow}.";
        }
    }

    /// <summary>Makes the terms of a request.</summary>
    /// <param name="checkDelay">The time from the deadline to the beacon's round, in milliseconds; 0 without a beacon.</param>
    internal OptimisticTerms ToTerms(long checkDelay) => new()
    {
        CheckRate = Probability64.FromDouble(CheckRate),
        Reward = Reward,
        Slash = Slash,
        Disputes = Disputes,
        MaxAttempts = (ushort)MaxAttempts,
        OpeningWindow = (long)OpeningWindow.TotalMilliseconds,
        CheckWindow = (long)CheckWindow.TotalMilliseconds,
        BeaconName = Beacon?.Name ?? string.Empty,
        CheckDelay = checkDelay,
    };

    /// <summary>Finds the referee of a model.</summary>
    internal IReferee? FindReferee(Digest model) => Referees.FirstOrDefault(referee => referee.ModelId == model);
}
