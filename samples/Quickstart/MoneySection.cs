namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What honesty and cheating earned.</summary>
internal static class MoneySection
{
    public static void Print(Page page, Experiment experiment)
    {
        Account[] accounts = [.. experiment.Network.Participants.Select(who => Account.Of(experiment, who))];
        page.Heading($"What honesty and cheating earned (an honest computation costs {Terms.HonestCost} units)");
        page.Table(
            ["who", "kind", ">tasks", ">runs", ">stake", ">after", ">slashed", ">rewards", ">costs", ">profit", ">honest"],
            accounts.Select(static account => new[]
            {
                account.Who.Name, account.Who.Kind, $"{account.Tasks}", $"{account.Who.Meter.Runs}", account.Who.StakeBefore.ToString(), $"{account.StakeAfter}",
                $"{account.Slashed}", $"{account.Rewards}", $"{account.Who.Meter.Cost:F0}", $"{account.Profit:F0}", $"{account.HonestProfit:F0}",
            }));
        page.Blank();
        PrintAverage(page, "honesty", accounts.Where(static account => !account.Who.IsCheat));
        PrintAverage(page, "cheating", accounts.Where(static account => account.Who.IsCheat));
        page.Line($"  \"honest\" is what the same tasks would have earned honestly, {Terms.Options.Reward.Units - Terms.HonestCost} units each; checks that convict earn a bounty besides");
        page.Line($"  burnt: {experiment.Network.Ledger.State.Totals.Burnt} units; a cheat whose stake is below one slash ({Terms.Options.Slash}) gets no more tasks");
    }

    private static void PrintAverage(Page page, string what, IEnumerable<Account> accounts)
    {
        Account[] all = [.. accounts];
        int tasks = all.Sum(static account => account.Tasks);
        if (tasks > 0)
        {
            page.Line($"  {what} earned {all.Sum(static account => account.Profit) / tasks:F1} units a task on average");
        }
    }
}
