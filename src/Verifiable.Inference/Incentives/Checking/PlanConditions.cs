using System.Numerics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Writes a property of honest play in a tree with chance or information sets as a condition over the signs of differences of expected payoffs, by going through the pure
/// plans that honest players may follow where the plan is open, and through those of the deviators. Exponential in the number of sets; bounded by the meter. Not thread-safe.
/// </summary>
internal sealed class PlanConditions(ParametricGame game, HonestPlan plan, ConditionPool pool, WorkMeter meter)
{
    private readonly ExtensiveGame _tree = game.Tree;

    public int WeakImmunity(bool isWeaker)
    {
        int result = ConditionPool.True;
        for (int player = 0; player < _tree.Players.Length && result != ConditionPool.False; player++)
        {
            int some = ConditionPool.False;
            foreach (int[] own in Completions(set => set.Player == player))
            {
                int all = ConditionPool.True;
                foreach (PayoffTerm value in Values(0, own, vector => vector[player]))
                {
                    all = pool.And(all, isWeaker ? pool.Literal(value.Real, isStrict: false) : pool.AtLeastZero(value));
                    if (all == ConditionPool.False)
                    {
                        break;
                    }
                }

                some = pool.Or(some, all);
                if (some == ConditionPool.True)
                {
                    break;
                }
            }

            result = pool.And(result, some);
        }

        return result;
    }

    public int CollusionResilience(ulong[] coalitions)
    {
        int some = ConditionPool.False;
        foreach (int[] actions in Completions(_ => true))
        {
            int all = ConditionPool.True;
            foreach (ulong coalition in coalitions)
            {
                all = pool.And(all, NoGain(0, actions, MembersOf(coalition)));
                if (all == ConditionPool.False)
                {
                    break;
                }
            }

            some = pool.Or(some, all);
            if (some == ConditionPool.True)
            {
                break;
            }
        }

        return some;
    }

    public int Practicality()
    {
        int[] roots = Subgames.RootsOf(_tree);
        int some = ConditionPool.False;
        foreach (int[] actions in Completions(_ => true))
        {
            int all = ConditionPool.True;
            foreach (int root in roots)
            {
                for (int player = 0; player < _tree.Players.Length && all != ConditionPool.False; player++)
                {
                    all = pool.And(all, NoGain(root, actions, [player]));
                }
            }

            foreach (InformationSet set in _tree.InformationSets)
            {
                all = all == ConditionPool.False || set.Nodes.Length == 1 ? all : pool.And(all, IsUndominated(set, actions));
            }

            some = pool.Or(some, all);
            if (some == ConditionPool.True)
            {
                break;
            }
        }

        return some;
    }

    /// <summary>Says that deviators, each acting at its own information sets by a plan made together, do not gain from a node onwards.</summary>
    private int NoGain(int root, int[] actions, int[] deviators)
    {
        int[] others = [.. actions];
        foreach (InformationSet set in _tree.InformationSets)
        {
            others[set.Index] = deviators.Contains(set.Player) ? -1 : others[set.Index];
        }

        PayoffTerm Total(PayoffTerm[] vector)
        {
            PayoffTerm total = PayoffTerm.Zero;
            foreach (int player in deviators)
            {
                total += vector[player];
            }

            return total;
        }

        if (!TryValue(root, actions, Total, out PayoffTerm honest))
        {
            return ConditionPool.False;
        }

        int result = ConditionPool.True;
        foreach (PayoffTerm value in Values(root, others, Total))
        {
            result = pool.And(result, pool.AtLeastZero(honest - value));
            if (result == ConditionPool.False)
            {
                break;
            }
        }

        return result;
    }

    private int IsUndominated(InformationSet set, int[] actions)
    {
        int result = ConditionPool.True;
        int chosen = actions[set.Index];
        for (int other = 0; other < set.Actions.Length; other++)
        {
            if (other != chosen)
            {
                int[] places = [.. set.Nodes.Select(node => NoWorse(node, other))];
                result = pool.And(result, pool.Or(places));
            }
        }

        return result;

        int NoWorse(int node, int other) => TryAfter(node, chosen, out PayoffTerm own) && TryAfter(node, other, out PayoffTerm instead) ? pool.AtLeastZero(own - instead) : ConditionPool.False;

        bool TryAfter(int node, int move, out PayoffTerm value) => TryValue(_tree.ChildrenOf(node)[move], actions, vector => vector[set.Player], out value);
    }

    private static int[] MembersOf(ulong coalition)
    {
        List<int> members = [];
        for (ulong rest = coalition; rest != 0; rest &= rest - 1)
        {
            members.Add(BitOperations.TrailingZeroCount(rest));
        }

        return [.. members];
    }

    /// <summary>Computes the expected value from a node onwards where every set has its action; false when the meter stopped before.</summary>
    private bool TryValue(int root, int[] actions, Func<PayoffTerm[], PayoffTerm> value, out PayoffTerm result)
    {
        HashSet<PayoffTerm> values = Values(root, actions, value);
        result = values.Count == 0 ? PayoffTerm.Zero : values.Single();
        return values.Count != 0;
    }

    /// <summary>Goes through the ways to close what the plan leaves open at some sets; other sets stay open.</summary>
    private IEnumerable<int[]> Completions(Func<InformationSet, bool> belongs)
    {
        InformationSet[] open = [.. _tree.InformationSets.Where(set => belongs(set) && plan.Actions[set.Index] < 0)];
        int[] actions = [.. plan.Actions];
        foreach (InformationSet set in _tree.InformationSets)
        {
            actions[set.Index] = belongs(set) ? Math.Max(actions[set.Index], 0) : -1;
        }

        while (meter.TrySpend())
        {
            yield return [.. actions];
            int place = 0;
            while (place < open.Length && ++actions[open[place].Index] == open[place].Actions.Length)
            {
                actions[open[place++].Index] = 0;
            }

            if (place == open.Length)
            {
                yield break;
            }
        }
    }

    /// <summary>Lists the distinct expected values from a node onwards over all pure plans at the sets that are open (-1).</summary>
    private HashSet<PayoffTerm> Values(int root, int[] actions, Func<PayoffTerm[], PayoffTerm> value)
    {
        HashSet<PayoffTerm> result = [];
        Stack<Walk> walks = new([new Walk(PayoffTerm.Zero, actions, [(root, Rational.One)])]);
        while (walks.TryPop(out Walk? walk) && meter.TrySpend())
        {
            PayoffTerm sum = walk.Sum;
            Stack<(int Node, Rational Weight)> places = new(walk.Places);
            int[]? branching = null;
            while (branching is null && places.TryPop(out (int Node, Rational Weight) place))
            {
                switch (_tree.KindOf(place.Node))
                {
                    case GameNodeKind.Terminal:
                        sum += place.Weight * value(game.Vectors[game.VectorOf[place.Node]]);
                        break;
                    case GameNodeKind.Chance:
                        for (int move = 0; move < _tree.ChildrenOf(place.Node).Length; move++)
                        {
                            places.Push((_tree.ChildrenOf(place.Node)[move], place.Weight * _tree.ProbabilitiesOf(place.Node)[move]));
                        }

                        break;
                    case GameNodeKind.Decision when walk.Actions[_tree.SetIndexOf(place.Node)] is var action and >= 0:
                        places.Push((_tree.ChildrenOf(place.Node)[action], place.Weight));
                        break;
                    default:
                        branching = walk.Actions;
                        places.Push(place);
                        int set = _tree.SetIndexOf(place.Node);
                        for (int move = 0; move < _tree.InformationSets[set].Actions.Length; move++)
                        {
                            int[] chosen = [.. branching];
                            chosen[set] = move;
                            walks.Push(new Walk(sum, chosen, [.. places.Reverse()]));
                        }

                        break;
                }
            }

            if (branching is null)
            {
                _ = result.Add(sum);
            }
        }

        return result;
    }

    private sealed record Walk(PayoffTerm Sum, int[] Actions, IReadOnlyList<(int Node, Rational Weight)> Places);
}
