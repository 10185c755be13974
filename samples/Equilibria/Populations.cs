using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;
using Verifiable.Inference.Reports;
using Verifiable.Inference.Simulation.Populations;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>Providers and watchers who learn: the flow of imitation, and many simulated populations that answer by logit.</summary>
internal sealed class Populations(CheckerGame game, ulong seed)
{
    private const int Runs = 60;
    private const int Steps = 200;
    private const int Agents = 2_000;
    private static readonly double[] _nearness = [0.8, 0.5];

    // How near to the rest point the paths begin.

    public Figure Flow()
    {
        // One watcher: then imitation goes round in circles that close.
        CheckerGame single = game with { Checkers = 1 };
        EvolutionaryGame populations = EvolutionaryGame.Of(single);
        CheckerEquilibrium rest = single.For(1);
        bool isMixed = rest.CheatProbability is > 0 and < 1;
        (double cheat, double look) = isMixed ? (rest.CheatProbability, rest.CheckProbability) : (0.5, rest.CheckProbability);

        // The period of small circles; elsewhere it takes longer.
        double period = 6.283185307 / Math.Sqrt((single.Reward + single.Slash) * single.Bounty * cheat * (1 - cheat) * look * (1 - look));
        double greatestLook = Math.Min(1, 5 * look);
        return FlowPicture.DrawSquare(
            populations,
            isMixed ? "Fraud comes in waves where a watcher is paid by finds" : "Where a look costs more than it finds nobody looks",
            "share of providers that cheat",
            "probability that a watcher looks",
            [.. _nearness.Select(near => PathFrom(populations, cheat * near, look * (2 - near), 1.3 * period, $"imitation from {PathName(cheat * near)}"))],
            isMixed
                ? [new RestPoint(rest.CheatProbability, rest.CheckProbability, "mixed equilibrium: paths go round it", IsStable: false)]
                : [new RestPoint(1, 0, "always cheat, never look", IsStable: true)],
            greatestY: greatestLook);
    }

    private static string PathName(double share) => share.ToString("0.## of them cheating", System.Globalization.CultureInfo.InvariantCulture);

    public Figure Fan()
    {
        double scale = (game.HonestCost - game.CheatCost) + game.Slash + game.Reward;
        LogitRevision model = new(EvolutionaryGame.Of(game), 60 / scale, 0.05);
        List<ImmutableArray<double>> runs = [];
        for (int run = 0; run < Runs; run++)
        {
            LumpedSimulation simulation = new(model, new PopulationStart { Sizes = [Agents, Agents], Ones = [Agents / 2, Agents / 2], Seed = seed + (ulong)(1000 * run) });
            simulation.Run(Steps);
            PopulationPath path = simulation.Path;
            runs.Add([.. Enumerable.Range(0, Steps + 1).Select(step => path.Share(step, 0))]);
        }

        return FanChart.Draw(
            "How many providers cheat, over time",
            $"{Runs} simulated populations of {Agents} providers and {Agents} watchers, each looking again at one step in twenty and choosing by logit.",
            "step", "share of providers that cheat", [.. Enumerable.Range(0, Steps + 1).Select(step => (double)step)], [.. runs]);
    }

    /// <summary>Honest providers, providers that cheat always, and providers that also check others and denounce: one population, matched in pairs.</summary>
    public static Figure Simplex(Scenario s)
    {
        Rational honest = s.Reward - s.HonestCost;
        Rational cheat = s.Reward - s.SubstituteCost;
        Rational caught = cheat - (s.AuditRate * (s.Reward + s.Slash));
        Rational checks = honest - (s.AuditRate * s.CheckCost);
        EvolutionaryGame game = EvolutionaryGame.OfSymmetric([[honest, honest, honest], [cheat, cheat, caught], [checks, checks + (s.AuditRate * s.Bounty), checks]]);
        ImmutableArray<ChartSeries> paths = [.. new[] { (0.1, 0.3), (0.6, 0.3), (0.3, 0.02) }.Select(start => Path(game, start.Item1, start.Item2, $"{start.Item1:0.##} cheat, {start.Item2:0.##} check"))];
        return FlowPicture.DrawSimplex(game, "Honest, cheating and checking providers who imitate", ["honest", "cheats", "checks"], paths, []);
    }

    private static ChartSeries PathFrom(EvolutionaryGame game, double cheat, double look, double duration, string name)
    {
        DynamicsPath path = ReplicatorDynamics.Follow(game, [1 - cheat, cheat, 1 - look, look], duration);
        return new ChartSeries(name, [.. path.ShareOf(0, 1).Zip(path.ShareOf(1, 1), (x, y) => new ChartPoint(x, y))]);
    }

    private static ChartSeries Path(EvolutionaryGame game, double second, double third, string name)
    {
        DynamicsPath path = ReplicatorDynamics.Follow(game, [1 - second - third, second, third], 0.5);
        return new ChartSeries(name, [.. path.ShareOf(0, 1).Zip(path.ShareOf(0, 2), (x, y) => new ChartPoint(x, y))]);
    }
}
