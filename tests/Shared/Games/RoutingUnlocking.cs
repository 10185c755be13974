using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Checking;

namespace Verifiable.Inference.PublishedGames;

/// <summary>
/// The unlocking phase of a payment routed over three intermediaries with one secret (Rain et al., CSF 2023; CheckMate's example routing_game-unlocking): contracts are unlocked from the last to
/// the first, everybody who knows the secret may tell it to any others, and contracts that nobody can unlock expire. 36 113 nodes.
/// </summary>
internal static class RoutingUnlocking
{
    private const int Last = 4;
    private static readonly string[] _players = ["A", "E1", "I", "E2", "B"];
    private static readonly string[] _amounts = ["0", "m + 3 * f", "m + 2 * f", "m + f", "m"];

    public static ParametricGame Build()
    {
        ParametricGameBuilder builder = new(_players, ["m", "f"], ["epsilon", "rho"]);
        foreach (string constraint in (string[])["rho > 0", "epsilon > 0", "f > 0", "m > 0"])
        {
            builder.AddConstraint(constraint);
        }

        Grow(builder, 0, Last, new State([' ', 'l', 'l', 'l', 'l'], 1 << Last, 0, false), sharer: -1);
        builder.AddHonestHistory("U", "U", "U", "U");
        return builder.Build();
    }

    private static void Grow(ParametricGameBuilder builder, int node, int player, State state, int sharer)
    {
        if (player < 0 || !state.Contracts.Contains('l'))
        {
            builder.AddEnd(node, Enumerable.Range(0, _players.Length).Select(one => Payoff(state, one)));
            return;
        }

        List<string> actions = [];
        List<(State State, int Sharer)> next = [];
        if (sharer != player)
        {
            int tellable = state.Contracts.Contains('l') && state.Knows(player) && !state.HasIgnored(player) ? ~state.Knowing & 0b11111 : 0;
            for (int told = tellable; ; told = (told - 1) & tellable)
            {
                actions.Add($"S{told}");
                next.Add((state with { Knowing = state.Knowing | told, Ignoring = state.Ignoring | (state.Knowing & (1 << player)), HasShipped = state.HasShipped || (player == Last && told != 0) }, player));
                if (told == 0)
                {
                    break;
                }
            }
        }

        if (state.Contracts[player] == 'l' && state.Knows(player))
        {
            actions.AddRange("U", "I_U");
            next.Add((state with { Contracts = state.Contracts.SetItem(player, 'u'), Knowing = state.Knowing | (1 << (player - 1)) }, -1));

            // Contracts with an earlier time-out, those nearer to the receiver, run out with it.
            ImmutableArray<char> expired = [.. state.Contracts.Select((contract, place) => place == player || (place > player && contract == 'l') ? 'e' : contract)];
            next.Add((state with { Contracts = expired }, -1));
        }

        ImmutableArray<int> children = builder.AddDecision(node, player, $"{node}", actions);
        for (int move = 0; move < children.Length; move++)
        {
            (int mover, State after) = Next(next[move].State);
            Grow(builder, children[move], mover, after, next[move].Sharer);
        }
    }

    private static (int Player, State State) Next(State state)
    {
        for (int player = Last; player > 0; player--)
        {
            if (state.Contracts[player] == 'l' && state.Knows(player))
            {
                return (player, state);
            }
        }

        bool isUseful = state.Contracts.Contains('l') && state.Knowing != 0b11111;
        for (int player = Last; player >= 0 && isUseful; player--)
        {
            if (state.Knows(player) && !state.HasIgnored(player))
            {
                return (player, state);
            }
        }

        return (-1, state with { Contracts = [.. state.Contracts.Select(contract => contract == 'l' ? 'e' : contract)] });
    }

    private static string Payoff(State state, int player)
    {
        string payoff = "0";
        if (player > 0 && state.Contracts[player] == 'u')
        {
            payoff += $" + {_amounts[player]}";
        }

        if (player < Last)
        {
            payoff += state.Contracts[player + 1] == 'u' ? $" - ({_amounts[player + 1]})" : " - epsilon";
        }

        // Who has the last contract unlocked, or has told the secret, ships the goods, which both ends value.
        bool isShipped = state.Contracts[Last] == 'u' || state.HasShipped;
        return !isShipped ? payoff : player == 0 ? payoff + " + rho + m + 3 * f" : player == Last ? payoff + " + rho - m" : payoff;
    }

    private sealed record State(ImmutableArray<char> Contracts, int Knowing, int Ignoring, bool HasShipped)
    {
        public bool Knows(int player) => (Knowing & (1 << player)) != 0;

        public bool HasIgnored(int player) => (Ignoring & (1 << player)) != 0;
    }
}
