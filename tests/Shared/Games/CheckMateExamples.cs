using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Checking;

namespace Verifiable.Inference.PublishedGames;

/// <summary>
/// The example games of CheckMate (apre-group/checkmate, examples/), built from their rules: S. Rain, G. Avarikioti, L. Kovács, M. Maffei, <i>Towards a Game-Theoretic Security Analysis of Off-Chain
/// Protocols</i> (CSF 2023), and L. Brugger et al., <i>CheckMate</i> (CCS 2023). Trees are written as <c>player{action:subtree, …}</c> and <c>(payoff, …)</c>.
/// </summary>
internal static class CheckMateExamples
{
    /// <summary>Gives an example by its name; null when it is not among them.</summary>
    public static ParametricGame? Find(string name) => name switch
    {
        "market_entry_game" => Small("N,E", "a,p", "", "a > 0;p > 0", "N{o:(0,p * p),e:E{i:(p,p),s:(-a,-a)}}", "o;e,i;e,s"),
        "running_example" => Small("A,B", "a,b", "", "a > 0", "A{l_A:(a - 1,a),r_A:B{l_B:(a - 2,b),r_B:(b,a)}}", "r_A,l_B"),
        "splits_cr" => Small("A,C", "t,j,f", "", "t > 0;j > t | f > t;t > j | t > f", "A{n:(t,0),a:C{o:(j,0),d:(f,0)}}", "n;a,o;a,d"),
        "splits_wi" => Small("D,G", "a,b", "", "a > 0", "D{q:(a,a),l:G{r:(a,b),y:(a,-b)}}", "q;l,r;l,y"),
        "closing_game-simplified" => ClosingSimplified(),
        "closing_game-pruned" => ClosingPruned(),
        "routing_game-simplified" => RoutingSimplified(),
        "routing_game-unlocking" => RoutingUnlocking.Build(),
        "pirate_game" => Pirates(),
        "centipede_three" => Centipede(),
        "concurrent_process" => ConcurrentProcess(),
        "tictactoe_convenient" => TicTacToe.Build(isNumeric: false),
        _ => null,
    };

    public static ParametricGame Small(string players, string constants, string infinitesimals, string constraints, string tree, string histories)
    {
        ParametricGameBuilder builder = new(List(players, ','), List(constants, ','), List(infinitesimals, ','));
        foreach (string constraint in List(constraints, ';'))
        {
            builder.AddConstraint(constraint);
        }

        return Finish(builder, players, tree, histories);
    }

    private static ParametricGame Finish(ParametricGameBuilder builder, string players, string tree, string histories)
    {
        int position = 0;
        Plant(builder, List(players, ','), tree, ref position, 0);
        foreach (string history in List(histories, ';'))
        {
            builder.AddHonestHistory(List(history, ','));
        }

        return builder.Build();
    }

    private static void Plant(ParametricGameBuilder builder, string[] players, string text, ref int position, int node)
    {
        if (text[position] == '(')
        {
            int end = text.IndexOf(')', position);
            builder.AddEnd(node, List(text[(position + 1)..end], ','));
            position = end + 1;
            return;
        }

        int brace = text.IndexOf('{', position);
        int player = Array.IndexOf(players, text[position..brace]);
        List<string> actions = [];
        List<int> places = [];
        position = brace;
        while (text[position] != '}')
        {
            int colon = text.IndexOf(':', position);
            actions.Add(text[(position + 1)..colon]);
            places.Add(colon + 1);
            position = Skip(text, colon + 1);
        }

        ImmutableArray<int> children = builder.AddDecision(node, player, $"{node}", actions);
        for (int move = 0; move < places.Count; move++)
        {
            int place = places[move];
            Plant(builder, players, text, ref place, children[move]);
        }

        position++;
    }

    private static int Skip(string text, int position)
    {
        int depth = 0;
        while (depth > 0 || text[position] is not (',' or '}'))
        {
            depth += text[position] is '{' or '(' ? 1 : text[position] is '}' or ')' ? -1 : 0;
            position++;
        }

        return position;
    }

    private static string[] List(string text, char separator) => text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ParametricGame ClosingSimplified()
    {
        ParametricGameBuilder builder = new(["A", "B"], ["a", "b", "f", "d_A"], ["alpha", "epsilon"]);
        foreach (string constraint in (string[])["alpha > epsilon", "epsilon > 0", "a > 0", "b > 0", "f > 0", "d_A > 0", "b >= d_A"])
        {
            builder.AddConstraint(constraint);
        }

        builder.AddConstraint("a >= f", IncentiveProperty.WeakImmunity);
        builder.AddConstraint("a >= f", IncentiveProperty.WeakerImmunity);
        builder.AddConstraint("a >= f", IncentiveProperty.Practicality);
        return Finish(builder, "A,B", "A{H:(alpha - epsilon,alpha),C_h:B{I:(-a,-b),S:(alpha,alpha)},D:B{I:(d_A + alpha - epsilon,-d_A + alpha),P:(-a,a - f + alpha)}}", "H;C_h,S");
    }

    private static ParametricGame ClosingPruned()
    {
        ParametricGameBuilder builder = new(["A", "B"], ["a", "b", "c", "f", "d_A", "d_B", "p_A", "p_B"], ["alpha", "epsilon"]);
        foreach (string constraint in (string[])["alpha > 0", "epsilon > 0", "f > 0", "d_B > 0", "p_A > 0", "b >= p_A"])
        {
            builder.AddConstraint(constraint);
        }

        foreach (IncentiveProperty property in (IncentiveProperty[])[IncentiveProperty.WeakImmunity, IncentiveProperty.WeakerImmunity])
        {
            builder.AddConstraint("a >= f", property);
            builder.AddConstraint("b >= f", property);
        }

        builder.AddConstraint("a - p_B + d_A >= f", IncentiveProperty.CollusionResilience);
        builder.AddConstraint("b - p_A + d_B >= f", IncentiveProperty.CollusionResilience);
        builder.AddConstraint("b - p_A + d_B >= f", IncentiveProperty.Practicality);
        builder.AddConstraint("c != p_A", IncentiveProperty.Practicality);
        return Finish(builder, "A,B", "A{H:(alpha - epsilon,alpha),C_h:B{S:(alpha,alpha),D:A{P:(b - f + alpha,-b),I:(-d_B + alpha,d_B + alpha - epsilon)},H:(alpha,alpha - epsilon)}}", "H");
    }

    private static ParametricGame RoutingSimplified()
    {
        const string Paid = "rho + m + 3 * f - epsilon";
        return Small("A,E1,I,E2,B", "m,f", "rho,epsilon", "epsilon > 0;rho > 0;m > 0;f > 0",
            "B{S_H:A{L:E1{L:I{L:E2{L:B{I_U:(-epsilon,-epsilon,-epsilon,-epsilon,0),U:E2{"
            + $"U:I{{I_U:({Paid},-epsilon,-m - f,f,rho),U:E1{{I_U:({Paid},-m - 2 * f,f,f,rho),U:(rho,f,f,f,rho)}}}},"
            + $"S_SE1:E1{{I_U:({Paid},-epsilon,-epsilon,-m,rho),U:(rho,m + 3 * f - epsilon,-epsilon,-m,rho)}},I_U:({Paid},-epsilon,-epsilon,-m,rho)}}}}}}}}}}}}}}",
            "S_H,L,L,L,L,U,U,U,U");
    }

    /// <summary>Pirates in order propose a division; it passes with more than half of the votes, or half with the proposer's own. Who proposed in vain goes overboard.</summary>
    private static ParametricGame Pirates()
    {
        string[] players = ["A", "B", "C", "D"];
        string[][] shares = [["a_A", "a_B", "a_C", "a_D"], ["-d", "b_B", "b_C", "b_D"], ["-d", "-d", "c_C", "c_D"], ["-d", "-d", "-d", "g"]];
        ParametricGameBuilder builder = new(players, ["d", "a_A", "a_B", "a_C", "a_D", "b_B", "b_C", "b_D", "c_C", "c_D", "g"]);
        foreach (string constraint in (string[])
            ["d > 0", "g > 0", "a_A >= 0", "a_B >= 0", "a_C >= 0", "a_D >= 0", "b_B >= 0", "b_C >= 0", "b_D >= 0", "c_C >= 0", "c_D >= 0", "a_A + a_B + a_C + a_D = g", "b_B + b_C + b_D = g", "c_C + c_D = g"])
        {
            builder.AddConstraint(constraint);
        }

        Stack<(int Node, int Proposer, string Votes, ImmutableArray<string> History)> open = new([(0, 0, string.Empty, [])]);
        while (open.TryPop(out (int Node, int Proposer, string Votes, ImmutableArray<string> History) place))
        {
            int voters = players.Length - place.Proposer;
            int yes = place.Votes.Count(vote => vote == 'y');
            int needed = place.Votes.StartsWith('y') ? (voters + 1) / 2 : (voters / 2) + 1;
            bool isDecided = place.Votes.Length > 0 && (yes >= needed || yes + voters - place.Votes.Length < needed);
            if (voters == 1 || (isDecided && yes >= needed))
            {
                builder.AddEnd(place.Node, shares[place.Proposer]);
                builder.AddHonestHistory(place.History);
                continue;
            }

            (int proposer, string votes) = isDecided ? (place.Proposer + 1, string.Empty) : (place.Proposer, place.Votes);
            if (players.Length - proposer == 1)
            {
                builder.AddEnd(place.Node, shares[proposer]);
                builder.AddHonestHistory(place.History);
                continue;
            }

            ImmutableArray<int> next = builder.AddDecision(place.Node, proposer + votes.Length, $"{place.Node}", "y", "n");
            open.Push((next[1], proposer, votes + "n", place.History.Add("n")));
            open.Push((next[0], proposer, votes + "y", place.History.Add("y")));
        }

        return builder.Build();
    }

    private static ParametricGame Centipede()
    {
        string[] start = ["a0", "b0", "c0"];
        ParametricGameBuilder builder = new(["A", "B", "C"], ["inc", "a0", "b0", "c0", "plus", "minus"]);
        foreach (string constant in (string[])["inc", "a0", "b0", "c0", "plus", "minus"])
        {
            builder.AddConstraint($"{constant} >= 0");
        }

        // Going on costs the mover and the one before it, and favours the next.
        int[] gains = new int[3];
        int[] losses = new int[3];
        int node = 0;
        for (int turn = 0; turn < 9; turn++)
        {
            ImmutableArray<int> next = builder.AddDecision(node, turn % 3, $"{turn}", "E", "C");
            builder.AddEnd(next[0], Enumerable.Range(0, 3).Select(player => $"{start[player]} + {gains[player]} * plus - {losses[player]} * minus"));
            gains[(turn + 1) % 3]++;
            losses[turn % 3]++;
            losses[(turn + 2) % 3]++;
            node = next[1];
        }

        string[] bonus = ["", " + a0 - b0", " + a0 - c0"];
        builder.AddEnd(node, Enumerable.Range(0, 3).Select(player => $"{start[player]} + {gains[player] - 1} * plus - {losses[player] - 2} * minus{bonus[player]}"));
        builder.AddHonestHistory(Enumerable.Repeat("C", 9));
        return builder.Build();
    }

    /// <summary>One process reports two accounts, another moves money between them; each may pause once in a row while the other still runs.</summary>
    private static ParametricGame ConcurrentProcess()
    {
        ParametricGameBuilder builder = new(["p1", "p2", "customer", "agency"], ["current", "savings", "transfer"]);
        foreach (string constraint in (string[])["current > 0", "savings > 0", "transfer > 0", "current - transfer > 0"])
        {
            builder.AddConstraint(constraint);
        }

        Grow(0, 0, [0, 0], "0", hasPaused: false);
        builder.AddHonestHistory("go", "go", "go", "go");
        return builder.Build();

        void Grow(int node, int mover, int[] steps, string reported, bool hasPaused)
        {
            if (steps[0] == 2 && steps[1] == 2)
            {
                builder.AddEnd(node, "0", "0", $"{reported} - current - savings", $"current + savings - ({reported})");
                return;
            }

            if (steps[mover] == 2)
            {
                Grow(node, 1 - mover, steps, reported, hasPaused: true);
                return;
            }

            bool canPause = !hasPaused && steps[1 - mover] != 2;
            ImmutableArray<int> next = builder.AddDecision(node, mover, $"{node}", canPause ? ["go", "no"] : ["go"]);
            string read = steps[0] == 0 ? (steps[1] == 0 ? "current" : "current - transfer") : steps[1] == 2 ? "savings + transfer" : "savings";
            int[] gone = [.. steps];
            gone[mover]++;
            Grow(next[0], 1 - mover, gone, mover == 0 ? $"{reported} + {read}" : reported, hasPaused: false);
            if (canPause)
            {
                Grow(next[1], 1 - mover, steps, reported, hasPaused: true);
            }
        }
    }
}
