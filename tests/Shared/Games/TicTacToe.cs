using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Checking;

namespace Verifiable.Inference.PublishedGames;

/// <summary>
/// Noughts and crosses with moves that are equal by a symmetry of the present board left out, as CheckMate's example tictactoe_convenient has it: winning is worth w, less s for each move
/// made. 58 748 nodes.
/// </summary>
internal static class TicTacToe
{
    private static readonly string[] _names = ["LU", "LM", "LD", "CU", "CM", "CD", "RU", "RM", "RD"];
    private static readonly int[][] _lines = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

    // For each symmetry the pairs of fields that it swaps, and the fields that need not be tried where the board has it.
    private static readonly (int[][] Pairs, int[] Left)[] _symmetries =
    [
        ([[3, 1], [6, 2], [7, 5]], [1, 2, 5]),
        ([[1, 5], [0, 8], [3, 7]], [7, 8, 5]),
        ([[0, 6], [1, 7], [2, 8]], [6, 7, 8]),
        ([[0, 2], [3, 5], [6, 8]], [2, 5, 8]),
    ];

    public static ParametricGame Build(bool isNumeric)
    {
        ParametricGameBuilder builder = new(["A", "B"], isNumeric ? [] : ["s", "w"]);
        foreach (string constraint in isNumeric ? [] : (string[])["s > 0", "w > 0", "w > 9 * s"])
        {
            builder.AddConstraint(constraint);
        }

        (string win, string step) = isNumeric ? ("10", "1") : ("w", "s");
        Grow(builder, 0, new int[9], 0, win, step);
        builder.AddHonestHistory("CM", "LU", "RU", "LD", "LM", "RM", "CU", "CD", "RD");
        return builder.Build();
    }

    private static void Grow(ParametricGameBuilder builder, int node, int[] board, int turn, string win, string step)
    {
        int mover = turn % 2;
        if (turn == 9)
        {
            builder.AddEnd(node, "0", "0");
            return;
        }

        HashSet<int> left = [];
        foreach ((int[][] pairs, int[] fields) in _symmetries)
        {
            if (Array.TrueForAll(pairs, pair => board[pair[0]] == board[pair[1]]))
            {
                left.UnionWith(fields);
            }
        }

        int[] moves = [.. Enumerable.Range(0, 9).Where(field => board[field] == 0 && !left.Contains(field))];
        ImmutableArray<int> children = builder.AddDecision(node, mover, $"{node}", moves.Select(move => _names[move]));
        for (int index = 0; index < moves.Length; index++)
        {
            int[] next = [.. board];
            next[moves[index]] = mover + 1;
            if (Array.Exists(_lines, line => Array.TrueForAll(line, field => next[field] == mover + 1)))
            {
                string gain = $"{win} - {turn + 1} * {step}";
                string loss = $"-{win} + {turn + 1} * {step}";
                builder.AddEnd(children[index], mover == 0 ? gain : loss, mover == 0 ? loss : gain);
            }
            else
            {
                Grow(builder, children[index], next, turn + 1, win, step);
            }
        }
    }
}
