using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What one provider earned in ledger units, computing not paid for by anybody else.</summary>
internal sealed record Account(Participant Who, ulong StakeAfter, ulong Rewards, int Tasks)
{
    public ulong Slashed => Who.StakeBefore.Units - StakeAfter;

    public double Profit => Rewards - (double)Slashed - Who.Meter.Cost;

    /// <summary>Gets what an honest provider would have earned with the same tasks.</summary>
    public double HonestProfit => Tasks * (double)(Terms.Options.Reward.Units - Terms.HonestCost);

    public static Account Of(Experiment experiment, Participant who)
    {
        LedgerAccount account = experiment.Network.Ledger.State.GetAccount(who.Id);
        int tasks = experiment.Requests.Sum(request => request.Tasks.Count(task => task.Provider.Id == who.Id));
        return new Account(who, account.Stake.Units, account.Balance.Units, tasks);
    }
}
