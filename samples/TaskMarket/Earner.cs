namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>What the providers of one role did and earned in a scenario. Money in ledger units.</summary>
/// <param name="Role">The role.</param>
/// <param name="Providers">How many they are.</param>
/// <param name="Accepted">How many tasks they accepted.</param>
/// <param name="Convicted">How often one of them lost stake.</param>
/// <param name="Earned">What they hold more than at the start.</param>
/// <param name="Cost">What computing cost them.</param>
internal sealed record Earner(Role Role, int Providers, int Accepted, int Convicted, long Earned, long Cost)
{
    /// <summary>Gets what was left to them of each task that they accepted.</summary>
    public double ProfitPerTask => Accepted == 0 ? 0 : (Earned - Cost) / (double)Accepted;
}
