using Verifiable.Inference.Samples.Quickstart;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Runs the scenarios one after the other: what a journal has finished is read from it, what it has begun is taken up again.</summary>
internal static class SampleRun
{
    public static int Run(SampleSettings settings)
    {
        SampleModels models = SampleModels.LoadAsync().GetAwaiter().GetResult();
        Page page = new(Console.Out);
        List<ScenarioResult> results = [];
        foreach (ScenarioPlan plan in Terms.Plans)
        {
            string folder = Path.Combine(settings.JournalFolder, plan.Folder);
            Directory.CreateDirectory(folder);
            results.Add(Run(plan, models, settings, folder, page));
        }

        HtmlReport.Write(settings.ReportFile, results, settings);
        return TextReport.Print(page, results) ? 0 : 1;
    }

    private static ScenarioResult Run(ScenarioPlan plan, SampleModels models, SampleSettings settings, string folder, Page page)
    {
        using ResumingStore store = new(SampleJournal.Open(folder, settings.Seed));
        if (store.Result is { } bytes)
        {
            ScenarioResult finished = ScenarioResult.FromBytes(bytes);
            page.Line($"{finished.Name}: finished before, {store.Recorded} records.");
            return finished;
        }

        if (store.Recorded > 0)
        {
            page.Line($"{plan.Strategy}, {plan.Terms} terms: begun before, {store.Recorded} records; each must come out again.");
        }

        store.OnRecord = number =>
        {
            if (settings.StopAfter > 0 && number == settings.StopAfter && ReferenceEquals(plan, Terms.Plans[1]))
            {
                store.Commit(number);
                Console.Out.Write($"{KilledAndResumed.Ready}\n");
                Console.Out.Flush();
                Thread.Sleep(Timeout.Infinite);
            }
        };
        ScenarioResult result = new Scenario(plan, settings.Seed, models, store).Run(settings.Tasks);
        store.Commit(store.Append(Scenario.ResultStream, result.ToBytes()));
        return result;
    }
}
