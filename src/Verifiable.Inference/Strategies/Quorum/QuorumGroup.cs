namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The outputs that won in a committee: one of them, the center, and all seats within the limit of it. Immutable.</summary>
/// <remarks>
/// A comparison with a limit is not transitive: a ~ b and b ~ c do not give a ~ c. The rule: the output within whose limit most seats lie wins, if they are more than the
/// threshold; of several, the one with the smallest radius, then the one with the lowest digest. It does not depend on any order. What is within the limit of some
/// member, though not of the center, is *near*: neither odd nor a reason to escalate. So where honest outputs lie pairwise within the limit and hold more than
/// half of the seats, they share a member with every winner, and none of them is ever odd, wherever others put theirs.
/// </remarks>
internal sealed class QuorumGroup
{
    private readonly QuorumOutputs _outputs;
    private readonly double _limit;

    private QuorumGroup(QuorumOutputs outputs, double limit, int center, int seats, double radius, int[] members)
    {
        _outputs = outputs;
        _limit = limit;
        Center = center;
        Seats = seats;
        Radius = radius;
        Members = members;
    }

    /// <summary>Gets the index of a holding whose output is the center.</summary>
    public int Center { get; }

    /// <summary>Gets the number of seats within the limit of the center.</summary>
    public int Seats { get; }

    /// <summary>Gets the largest distance of a member to the center.</summary>
    public double Radius { get; }

    /// <summary>Gets the indexes of the holdings within the limit of the center.</summary>
    public IReadOnlyList<int> Members { get; }

    /// <summary>Finds the output with the most seats within its limit; <see langword="null"/> when there is none to measure.</summary>
    /// <param name="outputs">The outputs of the record.</param>
    /// <param name="votes">The indexes of the holdings that vote, with the number of their seats.</param>
    /// <param name="limit">The largest distance that counts as the same.</param>
    public static QuorumGroup? Largest(QuorumOutputs outputs, IReadOnlyList<(int Holding, int Seats)> votes, double limit)
    {
        QuorumGroup? best = null;
        foreach (IGrouping<int, (int Holding, int Seats)> same in votes.Where(vote => outputs.IsMeasurable(vote.Holding)).GroupBy(vote => outputs.ClassOf(vote.Holding)))
        {
            int center = same.First().Holding;
            (int Holding, int Seats)[] within = [.. votes.Where(vote => outputs.Distance(center, vote.Holding) <= limit)];
            QuorumGroup group = new(
                outputs, limit, center, within.Sum(static vote => vote.Seats), within.Max(vote => outputs.Distance(center, vote.Holding)), [.. within.Select(static vote => vote.Holding)]);
            best = best is null || group.IsBefore(best) ? group : best;
        }

        return best;
    }

    /// <summary>Tells whether an output is within the limit of the center or of a member.</summary>
    public bool Includes(int holding) => _outputs.Distance(Center, holding) <= _limit || Members.Any(member => _outputs.Distance(member, holding) <= _limit);

    private bool IsBefore(QuorumGroup other) =>
        Seats != other.Seats ? Seats > other.Seats
        : !Radius.Equals(other.Radius) ? Radius < other.Radius
        : _outputs.DigestOf(Center).CompareTo(_outputs.DigestOf(other.Center)) < 0;
}
