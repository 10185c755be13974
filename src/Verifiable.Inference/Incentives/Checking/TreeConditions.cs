using System.Numerics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Writes a property of honest play in a tree of perfect information as a condition over the signs of payoff differences, without enumerating strategies: each choice that is
/// left open becomes a disjunction over the actions. Not thread-safe.
/// </summary>
/// <remarks>
/// Weak immunity splits by player. Collusion resilience asks for one strategy against all coalitions K; at a node reached by deviations of the players D only the coalitions
/// with K ⊇ D matter, so a choice is sound for D if the chosen child is sound for D and every other child is sound for D and the mover. Subtrees are disjoint and the
/// condition is exact. Practicality carries, for each subtree, the payoff vectors of its pure subgame-perfect equilibria with the condition under which each is one.
/// </remarks>
internal sealed class TreeConditions(ParametricGame game, HonestPlan plan, ConditionPool pool, WorkMeter meter)
{
    private readonly ExtensiveGame _tree = game.Tree;
    private readonly Dictionary<(int Node, ulong Deviators), int> _sound = [];
    private readonly Dictionary<(int Vector, ulong Coalition), int> _resists = [];
    private readonly Dictionary<(int Player, int Left, int Right), int> _atLeast = [];
    private readonly List<PayoffTerm[]> _vectors = [.. game.Vectors];
    private readonly Dictionary<VectorKey<PayoffTerm>, int> _mixtures = [];
    private ulong[] _coalitions = [];
    private PayoffTerm[] _honest = [];

    public int WeakImmunity(bool isWeaker)
    {
        int[] conditions = new int[_tree.NodeCount];
        int result = ConditionPool.True;
        for (int player = 0; player < _tree.Players.Length && result != ConditionPool.False; player++)
        {
            int[] atEnd = [.. game.Vectors.Select(vector => isWeaker ? pool.Literal(vector[player].Real, isStrict: false) : pool.AtLeastZero(vector[player]))];
            for (int node = _tree.NodeCount - 1; node >= 0 && meter.TrySpend(); node--)
            {
                conditions[node] = _tree.KindOf(node) == GameNodeKind.Terminal ? atEnd[game.VectorOf[node]]
                    : _tree.PlayerOf(node) != player ? Gather(node, conditions, isAnd: true)
                    : PlannedChild(node) is var child and >= 0 ? conditions[child]
                    : Gather(node, conditions, isAnd: false);
            }

            result = pool.And(result, conditions[0]);
        }

        return result;
    }

    public int CollusionResilience(ulong[] coalitions)
    {
        _coalitions = coalitions;
        int node = 0;
        while (_tree.KindOf(node) != GameNodeKind.Terminal)
        {
            node = PlannedChild(node);
        }

        _honest = game.Vectors[game.VectorOf[node]];
        return Sound(0, 0);
    }

    public int Practicality()
    {
        var equilibria = new List<(int Vector, int Condition)>?[_tree.NodeCount];
        for (int node = _tree.NodeCount - 1; node >= 0; node--)
        {
            _ = meter.TrySpend();
            if (_tree.KindOf(node) == GameNodeKind.Terminal)
            {
                equilibria[node] = [(game.VectorOf[node], ConditionPool.True)];
                continue;
            }

            if (_tree.KindOf(node) == GameNodeKind.Chance)
            {
                equilibria[node] = Mix(node, equilibria);
            }
            else
            {
                List<(int Vector, int Condition)> own = Choose(node, equilibria, PlannedChild(node));
                equilibria[node] = own;
                if (own.Count == 0 || meter.IsStopped)
                {
                    return ConditionPool.False;
                }
            }

            foreach (int child in _tree.ChildrenOf(node))
            {
                equilibria[child] = null;
            }
        }

        return pool.Or([.. equilibria[0]!.Select(item => item.Condition)]);
    }

    private int PlannedChild(int node) =>
        _tree.KindOf(node) == GameNodeKind.Decision && plan.Actions[_tree.SetIndexOf(node)] is var action and >= 0 ? _tree.ChildrenOf(node)[action] : -1;

    private int Gather(int node, int[] conditions, bool isAnd)
    {
        ReadOnlySpan<int> children = _tree.ChildrenOf(node);
        Span<int> own = children.Length <= 64 ? stackalloc int[children.Length] : new int[children.Length];
        for (int move = 0; move < own.Length; move++)
        {
            own[move] = conditions[children[move]];
        }

        return isAnd ? pool.And(own) : pool.Or(own);
    }

    private int Sound(int node, ulong deviators)
    {
        if (!Array.Exists(_coalitions, coalition => (coalition & deviators) == deviators))
        {
            return ConditionPool.True;
        }

        if (_sound.TryGetValue((node, deviators), out int condition))
        {
            return condition;
        }

        if (!meter.TrySpend())
        {
            return ConditionPool.False;
        }

        if (_tree.KindOf(node) == GameNodeKind.Terminal)
        {
            condition = pool.And([.. _coalitions.Where(coalition => (coalition & deviators) == deviators).Select(coalition => Resists(game.VectorOf[node], coalition))]);
        }
        else
        {
            ulong mover = 1UL << _tree.PlayerOf(node);
            int[] children = _tree.ChildrenOf(node).ToArray();
            int planned = PlannedChild(node);
            condition = (deviators & mover) != 0
                ? All(children, child => Sound(child, deviators))
                : planned >= 0
                    ? All(children, child => Sound(child, child == planned ? deviators : deviators | mover))
                    : pool.And(All(children, child => Sound(child, deviators | mover)), pool.Or([.. children.Select(child => Sound(child, deviators))]));
        }

        _sound.Add((node, deviators), condition);
        return condition;
    }

    private int All(int[] children, Func<int, int> condition)
    {
        int[] parts = new int[children.Length];
        for (int move = 0; move < parts.Length; move++)
        {
            parts[move] = condition(children[move]);
            if (parts[move] == ConditionPool.False)
            {
                return ConditionPool.False;
            }
        }

        return pool.And(parts);
    }

    private int Resists(int vector, ulong coalition)
    {
        if (!_resists.TryGetValue((vector, coalition), out int condition))
        {
            PayoffTerm loss = PayoffTerm.Zero;
            for (ulong rest = coalition; rest != 0; rest &= rest - 1)
            {
                int player = BitOperations.TrailingZeroCount(rest);
                loss = loss + _honest[player] - game.Vectors[vector][player];
            }

            condition = pool.AtLeastZero(loss);
            _resists.Add((vector, coalition), condition);
        }

        return condition;
    }

    private int AtLeast(int player, int left, int right)
    {
        if (left == right)
        {
            return ConditionPool.True;
        }

        if (!_atLeast.TryGetValue((player, left, right), out int condition))
        {
            condition = pool.AtLeastZero(_vectors[left][player] - _vectors[right][player]);
            _atLeast.Add((player, left, right), condition);
        }

        return condition;
    }

    private List<(int Vector, int Condition)> Choose(int node, List<(int Vector, int Condition)>?[] equilibria, int planned)
    {
        int player = _tree.PlayerOf(node);
        int[] children = _tree.ChildrenOf(node).ToArray();
        Dictionary<int, int> result = [];
        foreach (int child in children)
        {
            if (planned >= 0 && child != planned)
            {
                continue;
            }

            foreach ((int vector, int condition) in equilibria[child]!)
            {
                int all = condition;
                foreach (int other in children)
                {
                    if (other != child && all != ConditionPool.False)
                    {
                        if (!meter.TrySpend(equilibria[other]!.Count))
                        {
                            return [];
                        }

                        all = pool.And(all, pool.Or([.. equilibria[other]!.Select(item => pool.And(item.Condition, AtLeast(player, vector, item.Vector)))]));
                    }
                }

                if (all != ConditionPool.False)
                {
                    result[vector] = result.TryGetValue(vector, out int before) ? pool.Or(before, all) : all;
                }
            }
        }

        return [.. result.Select(item => (item.Key, item.Value))];
    }

    private List<(int Vector, int Condition)> Mix(int node, List<(int Vector, int Condition)>?[] equilibria)
    {
        int players = _tree.Players.Length;
        List<(PayoffTerm[] Sum, int Condition)> mixed = [([.. Enumerable.Repeat(PayoffTerm.Zero, players)], ConditionPool.True)];
        for (int move = 0; move < _tree.ChildrenOf(node).Length; move++)
        {
            Rational probability = _tree.ProbabilitiesOf(node)[move];
            List<(PayoffTerm[] Sum, int Condition)> next = [];
            foreach ((PayoffTerm[] sum, int before) in mixed)
            {
                foreach ((int vector, int condition) in equilibria[_tree.ChildrenOf(node)[move]]!)
                {
                    if (!meter.TrySpend())
                    {
                        return [];
                    }

                    int both = pool.And(before, condition);
                    if (both != ConditionPool.False)
                    {
                        next.Add(([.. sum.Zip(_vectors[vector], (left, right) => left + (probability * right))], both));
                    }
                }
            }

            mixed = next;
        }

        return [.. mixed.Select(item => (AddVector(item.Sum), item.Condition))];
    }

    private int AddVector(PayoffTerm[] vector)
    {
        if (!_mixtures.TryGetValue(new VectorKey<PayoffTerm>(vector), out int place))
        {
            place = _vectors.Count;
            _vectors.Add(vector);
            _mixtures.Add(new VectorKey<PayoffTerm>(vector), place);
        }

        return place;
    }
}
