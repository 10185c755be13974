using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What the run expected and whether it came true; the exit code says so.</summary>
internal static class Expectations
{
    public static bool Print(Page page, Experiment experiment, bool receiptIsValid, bool tamperedAreRefused)
    {
        DigitNetwork network = experiment.Network;
        SamplingStrategyAssessment assessment = network.Strategy.Assess();
        Account[] honest = [.. network.Participants.Where(static who => !who.IsCheat).Select(who => Account.Of(experiment, who))];
        CheatRecord[] cheats = [.. network.Participants.Where(static who => who.IsCheat).Select(who => CheatRecord.Of(experiment, who))];
        Request[] accepted = [.. experiment.Requests.Where(static request => request.Outcome.Verdict.IsAccepted && request.IsDelivered)];
        Request[] taken = [.. experiment.Requests.Where(static request => request.Outcome.Verdict.Reason != VerdictReason.NoProvider)];
        int wrong = accepted.Count(static request => !request.IsHonestOutput);
        int colluded = accepted.Count(request => !request.IsHonestOutput && IsCollusion(experiment, request));

        page.Heading("What was expected");
        bool all = true;
        void Expect(bool cameTrue, string what)
        {
            all &= cameTrue;
            page.Line($"  {(cameTrue ? "yes" : "NO "),-4} {what}", indent: 7);
        }

        Expect(assessment.IsHonestySecure, "honesty is secure under the terms");
        Expect(honest.All(static account => account.Slashed == 0 && account.Profit >= 0), "honest providers lost nothing");
        Expect(
            network.Ledger.State.Totals is { IsConserved: true, Escrows.Units: 0, ReservedStakes.Units: 0 },
            "money is conserved: deposits = balances + stakes + burnt, nothing left in escrow");
        Expect(
            taken.All(static request => request.Check is { IsValid: true }),
            $"all {taken.Length} requests that somebody took left a receipt that a stranger can verify from its bytes");
        Expect(receiptIsValid, "the receipt is valid when read back from its file");
        Expect(tamperedAreRefused, "tampered copies are refused");
        Expect(wrong == colluded, AcceptedText(experiment, accepted.Length, wrong));
        Expect(
            cheats.All(cheat => cheat.IsExplained(assessment)),
            cheats.Length == 0 ? "nobody cheated" : $"every cheat was caught ({cheats.Count(static cheat => cheat.Convicted > 0)} of {cheats.Length}), or its luck is explained by the chances above");
        if (cheats.Length == 0)
        {
            Expect(experiment.Requests.All(static request => request.Outcome.Slashed.Length == 0), "nobody was slashed");
        }

        return all;
    }

    // The theorem's r: a cheat that is checked by its own kind alone is not found out.
    private static bool IsCollusion(Experiment experiment, Request request) =>
        request.Tasks.Where(static task => task.HasClaim && task.Seat.Role != TaskRole.Voter).All(task => experiment.Network.Who(task.Provider.Id).IsCheat);

    private static string AcceptedText(Experiment experiment, int accepted, int wrong)
    {
        if (wrong == 0)
        {
            return $"all {accepted} accepted outputs are the honest model's, bit by bit";
        }

        const double Total = (Cast.HonestCount * (double)Terms.HonestStake) + (Cast.CheatCount * (double)Terms.CheatStake);
        double first = Cast.CheatCount * (double)Terms.CheatStake / Total;
        double second = (Cast.CheatCount - 1) * (double)Terms.CheatStake / (Total - Terms.CheatStake);
        double expected = experiment.Requests.Count * Terms.Options.AuditRate * first * second;
        return $"{accepted - wrong} of {accepted} accepted outputs are the honest model's; {wrong} came from a cheat that was checked by one of its own kind, of which at most {expected:F1} were to be expected (the coalition share in the assessment)";
    }
}
