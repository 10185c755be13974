using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.Tests.Incentives.Trees;

namespace Verifiable.Inference.Tests.Incentives.Checking;

/// <summary>The checker against its definitions: every pure profile and every deviation tried one by one, at single parameters.</summary>
public sealed class IncentiveCheckerLawTests
{
    private static readonly IncentiveProperty[] _properties = [.. Enum.GetValues<IncentiveProperty>().Where(property => property != IncentiveProperty.None)];
    private static readonly Rational[] _grid = [-2, -1, new(-1, 2), 0, new(1, 2), 1, new(3, 2), 2, 3];

    [Fact]
    public void The_precondition_holds_at_exactly_the_parameters_at_which_the_definition_does() => RandomTrees.Check(
        numbers =>
        {
            ParametricGame game = RandomTrees.Parametric(numbers);
            Assert.True(HonestPlan.TryFollow(game.Tree, game.HonestHistories[0], out HonestPlan? plan, out _));
            foreach (IncentiveProperty property in _properties)
            {
                IncentiveFinding finding = IncentiveChecker.Check(game, plan, property, new IncentiveCheckOptions { FindPrecondition = true });
                Assert.NotEqual(IncentiveVerdict.Undetermined, finding.Verdict);
                foreach (Rational a in _grid)
                {
                    foreach (Rational b in _grid)
                    {
                        Rational[] values = game.Parameters.Complete([a, b, 1]);
                        if (!game.Constraints.For(property).All(condition => game.Constraints.Pool.HoldsAt(condition, values)))
                        {
                            continue;
                        }

                        bool expected = Holds(game, plan, property, values);
                        bool found = finding.Verdict == IncentiveVerdict.Holds || finding.Precondition!.HoldsAt(name => name == "a" ? a : name == "b" ? b : 1);
                        if (expected != found)
                        {
                            return false;
                        }
                    }
                }

                if (finding.Counterexample is { } counterexample && Holds(game, plan, property, game.Parameters.Complete([.. counterexample.Parameters.Select(parameter => parameter.Value)])))
                {
                    return false;
                }
            }

            return true;
        },
        150);

    [Fact]
    public void Numbers_chance_and_information_sets_are_decided_as_defined() => RandomTrees.Check(
        numbers =>
        {
            ExtensiveGame tree = RandomTrees.Numeric(numbers, hasChance: numbers[5] % 2 == 0, hasSets: numbers[6] % 2 == 0);
            ParametricGame game = ParametricGame.Of(tree);
            int[] wanted = RandomTrees.Profiles(tree).ElementAt(numbers[7] % (1 << Math.Min(10, tree.InformationSets.Length)));
            HashSet<int> reached = Reached(tree, wanted);
            Assert.True(HonestPlan.TryChoose(tree, set => reached.Contains(set.Index) ? set.Actions[wanted[set.Index]] : null, out HonestPlan? plan, out _));
            return Array.TrueForAll(_properties, property => IncentiveChecker.Check(game, plan, property).Verdict == (Holds(game, plan, property, []) ? IncentiveVerdict.Holds : IncentiveVerdict.Fails));
        },
        300);

    [Fact]
    public void Both_ways_of_writing_a_condition_agree_on_trees_of_perfect_information() => RandomTrees.Check(
        numbers =>
        {
            ParametricGame game = RandomTrees.Parametric(numbers);
            Assert.True(HonestPlan.TryFollow(game.Tree, game.HonestHistories[0], out HonestPlan? plan, out _));
            ulong[] coalitions = CoalitionFamily.Of(game.Tree.Players.Length, IncentiveCheckOptions.Ordinary);
            ConditionPool pool = new();
            WorkMeter meter = new(default);
            TreeConditions tree = new(game, plan, pool, meter);
            PlanConditions plans = new(game, plan, pool, meter);
            (int Tree, int Plans)[] pairs = [(tree.WeakImmunity(false), plans.WeakImmunity(false)), (tree.CollusionResilience(coalitions), plans.CollusionResilience(coalitions)), (tree.Practicality(), plans.Practicality())];
            return _grid.All(a => _grid.All(b => Array.TrueForAll(pairs, pair => pool.HoldsAt(pair.Tree, game.Parameters.Complete([a, b, 1])) == pool.HoldsAt(pair.Plans, game.Parameters.Complete([a, b, 1])))));
        },
        100);

    [Fact]
    public void Writing_and_reading_a_game_changes_no_verdict() => RandomTrees.Check(
        numbers =>
        {
            ParametricGame game = RandomTrees.Parametric(numbers);
            string text = game.ToCheckMate();
            Assert.True(ParametricGame.TryReadCheckMate(text, out ParametricGame? again, out GameRefusal refusal), refusal.ToString());
            return again.ToCheckMate() == text
                && Array.TrueForAll(_properties, property => IncentiveChecker.Check(game, game.HonestHistories[0], property).Verdict == IncentiveChecker.Check(again, again.HonestHistories[0], property).Verdict);
        },
        100);

    private static HashSet<int> Reached(ExtensiveGame tree, int[] profile)
    {
        HashSet<int> sets = [];
        Stack<int> open = new([0]);
        while (open.TryPop(out int node))
        {
            if (tree.SetOf(node) is { } set)
            {
                _ = sets.Add(set.Index);
                open.Push(tree.ChildrenOf(node)[profile[set.Index]]);
                continue;
            }

            foreach (int child in tree.ChildrenOf(node))
            {
                open.Push(child);
            }
        }

        return sets;
    }

    /// <summary>The definitions, word for word: some profile that contains the plan has the property.</summary>
    private static bool Holds(ParametricGame game, HonestPlan plan, IncentiveProperty property, IReadOnlyList<Rational> values)
    {
        ExtensiveGame tree = game.Tree;
        int players = tree.Players.Length;
        int[][] profiles = [.. RandomTrees.Profiles(tree)];
        (Rational Real, Rational Infinitesimal)[] Payoffs(int[] profile, int root) => RandomTrees.Expected(
            tree, profile, root, end => [.. game.Vectors[game.VectorOf[end]].Select(term => (term.Real.At(values), term.Infinitesimal.At(values)))],
            (sum, weight, more) => [.. sum.Zip(more, (left, right) => (left.Item1 + (weight * right.Item1), left.Item2 + (weight * right.Item2)))], new (Rational Real, Rational Infinitesimal)[players]);
        (Rational Real, Rational Infinitesimal) Total((Rational Real, Rational Infinitesimal)[] payoffs, int coalition) => payoffs
            .Where((_, player) => (coalition & (1 << player)) != 0).Aggregate((Rational.Zero, Rational.Zero), (sum, payoff) => (sum.Item1 + payoff.Real, sum.Item2 + payoff.Infinitesimal));
        IEnumerable<int[]> Deviations(int[] profile, int coalition) => profiles.Where(other => tree.InformationSets.All(set => (coalition & (1 << set.Player)) != 0 || other[set.Index] == profile[set.Index]));
        bool NoGain(int[] profile, int root, int coalition) => Deviations(profile, coalition).All(other => Total(Payoffs(other, root), coalition).CompareTo(Total(Payoffs(profile, root), coalition)) <= 0);
        int everybody = (1 << players) - 1;
        return profiles.Where(profile => tree.InformationSets.All(set => plan.Actions[set.Index] < 0 || plan.Actions[set.Index] == profile[set.Index])).Any(profile => property switch
        {
            IncentiveProperty.WeakImmunity => Enumerable.Range(0, players).All(player => Deviations(profile, everybody & ~(1 << player)).All(other => Payoffs(other, 0)[player].CompareTo((Rational.Zero, Rational.Zero)) >= 0)),
            IncentiveProperty.WeakerImmunity => Enumerable.Range(0, players).All(player => Deviations(profile, everybody & ~(1 << player)).All(other => Payoffs(other, 0)[player].Real.Sign >= 0)),
            IncentiveProperty.CollusionResilience => Enumerable.Range(1, everybody - 1).All(coalition => NoGain(profile, 0, coalition)),
            _ => Roots(tree).All(root => Enumerable.Range(0, players).All(player => NoGain(profile, root, 1 << player))) && tree.InformationSets.Where(set => set.Nodes.Length > 1).All(set =>
                Enumerable.Range(0, set.Actions.Length).All(other => set.Nodes.Any(node => Payoffs(profile, tree.ChildrenOf(node)[profile[set.Index]])[set.Player].CompareTo(Payoffs(profile, tree.ChildrenOf(node)[other])[set.Player]) >= 0))),
        });
    }

    // A node begins a subgame iff every set that has a node below it has all its nodes below it.
    private static IEnumerable<int> Roots(ExtensiveGame tree) => Enumerable.Range(0, tree.NodeCount).Where(root =>
        tree.KindOf(root) != GameNodeKind.Terminal && tree.InformationSets.All(set => set.Nodes.All(node => IsBelow(tree, node, root)) || !set.Nodes.Any(node => IsBelow(tree, node, root))));

    private static bool IsBelow(ExtensiveGame tree, int node, int root) => node == root || (node > root && IsBelow(tree, tree.ParentOf(node), root));
}
