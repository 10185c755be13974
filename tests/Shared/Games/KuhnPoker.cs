using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.PublishedGames;

/// <summary>Kuhn's three-card poker (H. Kuhn, <i>A simplified two-person poker</i>, 1950): each antes 1 and may bet 1. The first action everywhere is to pass.</summary>
internal static class KuhnPoker
{
    public static ExtensiveGame Build()
    {
        ExtensiveGameBuilder builder = new("Kuhn poker", ["first", "second"]);
        (int First, int Second)[] deals = [.. from first in Enumerable.Range(0, 3) from second in Enumerable.Range(0, 3) where first != second select (first, second)];
        ImmutableArray<int> dealt = builder.AddChance(0, deals.Select(deal => ($"{deal.First}{deal.Second}", new Rational(1, 6))));
        for (int deal = 0; deal < deals.Length; deal++)
        {
            Play(builder, dealt[deal], deals[deal], string.Empty);
        }

        return builder.Build();
    }

    private static void Play(ExtensiveGameBuilder builder, int node, (int First, int Second) cards, string moves)
    {
        int winner = cards.First > cards.Second ? 1 : -1;
        int? paid = moves switch { "pp" => winner, "pbp" => -1, "bp" => 1, "bb" or "pbb" => 2 * winner, _ => null };
        if (paid is { } amount)
        {
            builder.AddEnd(node, amount, -amount);
            return;
        }

        int player = moves.Length % 2;
        ImmutableArray<int> next = builder.AddDecision(node, player, $"{(player == 0 ? cards.First : cards.Second)}{moves}", "pass", "bet");
        Play(builder, next[0], cards, moves + "p");
        Play(builder, next[1], cards, moves + "b");
    }
}
