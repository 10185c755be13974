using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Holds a checked tree as arrays by node, in preorder; <see cref="Sets"/> counts information sets and chance moves apart, -1 at the end of the game.</summary>
internal sealed record TreeTables
{
    public required int[] Parents { get; init; }

    public required int[] Moves { get; init; }

    public required int[] ChildOffsets { get; init; }

    public required int[] Children { get; init; }

    public required GameNodeKind[] Kinds { get; init; }

    public required int[] Sets { get; init; }

    public required int[] Outcomes { get; init; }

    public required ImmutableArray<InformationSet> InformationSets { get; init; }

    public required ImmutableArray<ChanceMoves> Chance { get; init; }

    public required ImmutableArray<Outcome> OutcomeTable { get; init; }

    public required bool HasPerfectRecall { get; init; }
}
