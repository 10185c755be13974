using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What verification cost, and how good the outputs were.</summary>
internal static class CostSection
{
    public static void Print(Page page, Experiment experiment)
    {
        int images = experiment.Requests.Count;
        int answers = Claims(experiment, TaskRole.Asserter);
        int checks = Claims(experiment, TaskRole.Validator);
        int votes = Claims(experiment, TaskRole.Voter);
        decimal closed = experiment.Network.Strategy.Assess().ExpectedCost;
        page.Heading("What verification cost");
        page.Table(["computations", ">number", ">an inference", ">closed form"],
        [
            ["answers", $"{answers}", $"{(double)answers / images:F3}", "1.000"],
            ["checks", $"{checks}", $"{(double)checks / images:F3}", $"{closed - 1:F3}"],
            ["answers and checks", $"{answers + checks}", $"{(double)(answers + checks) / images:F3}", $"{closed:F3} = 1 + p"],
            ["votes on mismatches", $"{votes}", $"{(double)votes / images:F3}", "0 when all are honest; the cheats pay"],
        ]);
        page.Blank();
        double paid = (double)experiment.Network.Spent.Units / images;
        page.Line($"  the requester paid {paid:F1} units an inference; R(1 + p) = {Terms.Options.Reward.Units * (double)closed:F1}");
    }

    public static void PrintAccuracy(Page page, Experiment experiment)
    {
        Request[] delivered = [.. experiment.Requests.Where(static request => request.IsDelivered)];
        Request[] accepted = [.. experiment.Requests.Where(static request => request.Outcome.Verdict.IsAccepted && request.IsDelivered)];
        page.Heading("How good the outputs were");
        page.Table(["outputs", ">number", ">equal to the honest model's", ">digit right"],
        [
            Row("delivered", delivered),
            Row("of these accepted", accepted),
            Row("of these not audited", [.. delivered.Where(static request => !request.Outcome.WasAudited)]),
            Row("of these from a checker", [.. delivered.Where(static request => request.Outcome.OutputProvider != request.Outcome.Asserter)]),
            ["honest model alone", $"{experiment.Requests.Count}", string.Empty, Share(experiment.Requests.Count(static request => DigitImage.Read(request.Honest) == request.Image.Label), experiment.Requests.Count)],
        ]);
    }

    private static string[] Row(string what, Request[] requests) =>
    [
        what,
        $"{requests.Length}",
        Share(requests.Count(static request => request.IsHonestOutput), requests.Length),
        Share(requests.Count(static request => DigitImage.Read(request.Outcome.Output!) == request.Image.Label), requests.Length),
    ];

    private static string Share(int count, int of) => of == 0 ? "-" : $"{count} ({(double)count / of:P1})";

    private static int Claims(Experiment experiment, TaskRole role) =>
        experiment.Requests.Sum(request => request.Tasks.Count(task => task.Seat.Role == role && task.HasClaim));
}
