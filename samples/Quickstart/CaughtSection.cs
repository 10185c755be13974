using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Who was audited, who was caught and how, and with what chance those who were not would be.</summary>
internal static class CaughtSection
{
    private const int MostRows = 16;

    public static void Print(Page page, Experiment experiment)
    {
        page.Heading("What happened");
        page.Table(["verdict on the answer", ">requests"], experiment.Requests
            .GroupBy(static request => request.Outcome.Verdict)
            .GroupBy(static group => $"{group.Key.Kind}, {group.Key.Reason}")
            .OrderByDescending(static group => group.Sum(static inner => inner.Count())).ThenBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => new[] { group.Key, $"{group.Sum(static inner => inner.Count())}" }));
        page.Blank();
        int audited = experiment.Requests.Count(static request => request.Outcome.WasAudited);
        int undelivered = experiment.Requests.Count(static request => request.Record?.Asserter.Outcome == SeatOutcome.Revealed);
        int unanswered = experiment.Requests.Count(static request => !request.IsDelivered);
        double expected = (experiment.Requests.Count - undelivered - unanswered) * Terms.Options.AuditRate;
        page.Line($"  {audited - undelivered} answers were audited by the coin; {expected:F1} of {experiment.Requests.Count - undelivered - unanswered} were to be expected");
        if (undelivered > 0)
        {
            page.Line($"  {undelivered} more were audited because their output was not delivered");
        }

        if (unanswered > 0)
        {
            page.Line($"  {unanswered} requests got no output; the requester's money came back");
        }

        Conviction[] convictions = [.. Conviction.In(experiment)];
        page.Heading($"Who was caught, and how ({convictions.Length} convictions, {Terms.Options.Slash} units each)");
        if (convictions.Length == 0)
        {
            page.Line("  nobody");
            return;
        }

        page.Table([">image", "who", "kind", "seat", "how"], convictions.Take(MostRows).Select(static conviction => new[]
        {
            $"{conviction.Request.Index}", conviction.Who.Name, conviction.Who.Kind, conviction.Role.ToString().ToLowerInvariant(), conviction.How,
        }));
        if (convictions.Length > MostRows)
        {
            page.Line($"  ... and {convictions.Length - MostRows} more");
        }
    }

    public static void PrintChances(Page page, Experiment experiment)
    {
        CheatRecord[] cheats = [.. experiment.Network.Participants.Where(static who => who.IsCheat).Select(who => CheatRecord.Of(experiment, who))];
        if (cheats.Length == 0)
        {
            return;
        }

        SamplingStrategyAssessment assessment = experiment.Network.Strategy.Assess();
        page.Heading("The cheats, and the chance to convict them");
        page.Table(["who", "kind", ">tasks", ">wrong answers", ">audited", ">convicted", ">chance each", ">after all"], cheats.Select(cheat => new[]
        {
            cheat.Who.Name, cheat.Who.Kind, $"{cheat.Tasks}", $"{cheat.WrongAnswers}", $"{cheat.Audited}", $"{cheat.Convicted}",
            Percent(cheat.ChanceOfOne(assessment)), Percent(cheat.ChanceOfAll(assessment)),
        }));
        page.Blank();
        page.Line($"  \"wrong answers\" were delivered as answers; \"chance\" is the closed form for them of a cheat that recomputation finds, D = {assessment.DetectionProbability:F4} each and 1 - (1 - D)^k after k, or 1 for one that every task proves. Wrong checks and votes convict besides.");
        foreach (CheatRecord cheat in cheats.Where(static cheat => cheat.Convicted == 0))
        {
            page.Line($"  {cheat.Who.Name} was not convicted: {WhyNot(cheat, assessment)}", indent: 4);
        }
    }

    private static string WhyNot(CheatRecord cheat, SamplingStrategyAssessment assessment) => cheat switch
    {
        { Tasks: 0, Who.Cheat.Detection: CheatDetection.Harmless } => "it took no task. There is nothing to punish: others were drawn.",
        { Tasks: 0 } => $"it was never drawn. {ChanceText(cheat, assessment)}",
        { WrongAnswers: 0, Who.Cheat.Detection: CheatDetection.Harmless } => "it gave no wrong answer. There is nothing to punish.",
        { WrongAnswers: 0 } => $"it delivered no wrong answer. {ChanceText(cheat, assessment)}",
        _ => $"a luck of {Percent(1 - cheat.ChanceOfAll(assessment))}. {ChanceText(cheat, assessment)}",
    };

    private static string ChanceText(CheatRecord cheat, SamplingStrategyAssessment assessment) => cheat.Who.Cheat!.Detection == CheatDetection.EveryTask
        ? "Its first task would convict it, with probability 1."
        : $"It would be caught with probability {Percent(cheat.ChanceOfOne(assessment))} each time, {Percent((double)assessment.ClosedForms.DetectionProbabilityAfter(100))} after 100 times.";

    private static string Percent(double? chance) => chance is { } known ? $"{known:P2}" : "-";
}
