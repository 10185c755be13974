using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Orders profiles by their probabilities, greater first: the order depends on the answers only, never on how they were found.</summary>
internal sealed class ProfileOrder : IComparer<MixedProfile>
{
    internal static ProfileOrder Descending { get; } = new();

    public int Compare(MixedProfile? x, MixedProfile? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        for (int player = 0; player < x.PlayerCount; player++)
        {
            for (int strategy = 0; strategy < x[player].Length; strategy++)
            {
                int order = y[player][strategy].CompareTo(x[player][strategy]);
                if (order != 0)
                {
                    return order;
                }
            }
        }

        return 0;
    }
}
