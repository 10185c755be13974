namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Everything that is printed, in order. The same seed gives the same text.</summary>
internal static class QuickstartReport
{
    /// <returns>Whether everything came true that the run expected.</returns>
    public static bool Print(Page page, Experiment experiment, QuickstartSettings settings)
    {
        DigitNetwork network = experiment.Network;
        page.Line($"Quickstart: {settings.Images} handwritten digits, {network.Participants.Count} providers of which {network.Participants.Count(static who => who.IsCheat)} cheat ({settings.Cheater}), seed {settings.Seed}, {settings.Keys} keys");
        page.Line($"  model {network.Models.Honest.Model.Id}");
        TermsSection.Print(page, experiment);
        CaughtSection.Print(page, experiment);
        CaughtSection.PrintChances(page, experiment);
        MoneySection.Print(page, experiment);
        CostSection.Print(page, experiment);
        CostSection.PrintAccuracy(page, experiment);
        (bool isValid, bool areTamperedRefused) = ReceiptSection.Print(page, experiment, settings.OutputFolder);
        return Expectations.Print(page, experiment, isValid, areTamperedRefused);
    }
}
