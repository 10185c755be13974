using System.Collections.Immutable;
using System.Globalization;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>The assessment of a <see cref="HiddenDuplicationStrategy"/>: the closed forms for a cheat that knows it is the first, and for one that cannot tell. Immutable.</summary>
public sealed record HiddenDuplicationAssessment : StrategyAssessment
{
    private readonly HiddenDuplicationOptions _options;
    private readonly SamplingStrategyAssessment _vote;

    internal HiddenDuplicationAssessment(HiddenDuplicationOptions options)
    {
        _options = options;
        SamplingOptions sampling = options.ToSampling();
        SamplingEconomics economics = options.Costs.ToEconomics(sampling);
        ClosedForms = SamplingIncentives.Assess(economics);
        _vote = new SamplingStrategyAssessment(sampling, ClosedForms);
        RoleAwareMargin = SamplingIncentives.Margin(economics, AuditProbabilityForm.Exact);
        LeastDuplicationRate = SamplingIncentives.LeastAuditProbability(economics, AuditProbabilityForm.Exact);
        CheckProbability = HiddenDuplication.CheckProbability(economics.AuditProbability);
        PlainLeastDuplicationRate = HiddenDuplication.LeastDuplicationProbability(economics.CoalitionShare, economics.AsserterReward, economics.Slash, economics.Saving);
    }

    /// <summary>Gets all numbers of the theorem of sampling with one validator, of which hidden duplication is the case where roles are hidden.</summary>
    public SamplingAssessment ClosedForms { get; }

    /// <summary>Gets how often a requester of the coalition has an honest provider convicted: see <see cref="SamplingStrategyAssessment.FalseConvictionProbability"/>.</summary>
    public decimal FalseConvictionProbability => _vote.FalseConvictionProbability;

    /// <summary>Gets the largest share of all stake of a provider that does not lose by taking part: see <see cref="SamplingStrategyAssessment.LargestProtectedShare"/>.</summary>
    public decimal? LargestProtectedShare => _vote.LargestProtectedShare;

    /// <summary>Gets the probability that a given envelope has a twin, 2d / (1 + d): what a cheat faces that cannot tell its role.</summary>
    public decimal CheckProbability { get; }

    /// <summary>Gets by how much honesty is better for a cheat that knows it is the first, with the vote's errors.</summary>
    public decimal RoleAwareMargin { get; }

    /// <summary>Gets by how much honesty is better on one envelope for a cheat that cannot tell its role, with the vote's errors.</summary>
    public decimal RoleBlindMargin => ClosedForms.RoleBlindMargin;

    /// <summary>Gets the duplication rate to be exceeded for a cheat that knows its role; <see langword="null"/> when none suffices.</summary>
    public decimal? LeastDuplicationRate { get; }

    /// <summary>Gets the same where the adjudicator never errs and no bounty is paid, Δ / ((1 − r)(R + S)); <see langword="null"/> when none suffices.</summary>
    public decimal? PlainLeastDuplicationRate { get; }

    /// <summary>Gets the duplication rate to be exceeded for a cheat that cannot tell its role, about half of the other; <see langword="null"/> when none suffices.</summary>
    public decimal? LeastHiddenDuplicationRate => ClosedForms.RoleBlindLeastAuditProbability;

    /// <inheritdoc/>
    public override AdviceModel? Model => _options.Comparer.ComparesCommitments
        ? new SamplingAdviceModel(
            ClosedForms.Economics,
            _options.ReliesOnHiding ? AuditProbabilityForm.RoleBlind : AuditProbabilityForm.Exact,
            paysVotersFromSlash: true,
            name: HiddenDuplicationStrategy.StrategyName)
        : null;

    /// <inheritdoc/>
    public override decimal HonestPayoff => _options.ReliesOnHiding ? ClosedForms.RoleBlindHonestPayoff : ClosedForms.HonestPayoff;

    /// <inheritdoc/>
    public override decimal DishonestPayoff => _options.ReliesOnHiding ? ClosedForms.RoleBlindDishonestPayoff : ClosedForms.DishonestPayoff;

    /// <inheritdoc/>
    public override bool IsHonestySecure => _options.ReliesOnHiding ? RoleBlindMargin > 0m && _options.Mixer is not null : RoleAwareMargin > 0m;

    /// <inheritdoc/>
    public override bool IsHonestyTheOnlyEquilibrium => ClosedForms.IsHonestyTheOnlyEquilibrium && IsHonestySecure;

    /// <inheritdoc/>
    public override decimal DetectionProbability => _options.ReliesOnHiding ? ClosedForms.RoleBlindDetectionProbability : ClosedForms.DetectionProbability;

    /// <inheritdoc/>
    public override decimal ExpectedCost => HiddenDuplication.ExpectedCost((decimal)_options.DuplicationRate);

    /// <inheritdoc/>
    public override decimal? BreakingCoalitionShare => ClosedForms.BreakingCoalitionShare;

    /// <inheritdoc/>
    public override TimeSpan WorstLatency => (_options.Mixer?.LongestWait ?? TimeSpan.Zero) + _options.AnswerWindow + _options.OpeningWindow;

    /// <inheritdoc/>
    public override ImmutableArray<string> Assumptions =>
    [
        .. ClosedForms.Assumptions,
        .. VoteFindings.Assumptions(_options.ToSampling()),
        _options.SettlementDelay >= _options.LongestVote
            ? "No vote takes longer than a request stays open: each of its seats is filled by an early draw."
            : Text($"A vote may take {_options.LongestVote} from the first envelope and requests are settled after {_options.SettlementDelay}: who gets an envelope of an older request may know that it is a voter's."),
        "Providers that hold both envelopes of one work, or tell each other of them, are one coalition and counted in its share.",
        _options.Mixer is { } mixer
            ? Text($"Enough work waits to fill rounds of {mixer.EnvelopesPerRound}: envelopes in short rounds are hidden among fewer.")
            : "Nobody watches the ledger: envelopes are not mixed, so that a second one can be told from a first.",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Shortcomings => [.. IsHonestySecure ? [] : Faults(), .. VoteFindings.Shortcomings(_options.ToSampling(), FalseConvictionProbability)];

    private IEnumerable<string> Faults()
    {
        decimal rate = (decimal)_options.DuplicationRate;
        if (_options.ReliesOnHiding && _options.Mixer is null)
        {
            yield return "The terms rely on hiding and nothing hides: give the options a mixer, or stop relying on it.";
        }

        decimal? least = _options.ReliesOnHiding ? LeastHiddenDuplicationRate : LeastDuplicationRate;
        if (least is { } needed && rate <= needed)
        {
            yield return Text($"Cheating pays: duplicate with a probability above {needed:0.######} instead of {rate}, or raise the slash.");
        }
        else if (least is null)
        {
            yield return Text($"No duplication rate suffices at a slash of {_options.Slash} and a coalition share of {_options.Costs.CoalitionShare}: raise the slash.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
