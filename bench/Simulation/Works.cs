using System.Diagnostics;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Simulation.Populations;
using Verifiable.Inference.Simulation.Protocol;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.SimulationSpeed;

/// <summary>The rows. Cited figures are of research note R7, part 9, measured on another day on a machine of the same kind, on one core.</summary>
internal static class Works
{
    private const double NumpyCited = 175;
    private const double MesaCited = 4;
    private const double RadCadCited = 0.42;
    private const double LumpedNumpyCited = 2_700_000;
    private const double ProtocolToReach = 100_000;

    // The tables of a ledger of so many tasks stay out of the heap of large objects.
    private const int SmallWorld = 500;

    internal static IReadOnlyList<(string Name, Func<Row> Measure)> All { get; } =
    [
        .. new[] { 512, 256, 128, 64 }.Where(static bits => bits <= AgentOptions.WidestVectorBits)
            .Select(bits => (Name: $"agents-{bits}-bits", Measure: (Func<Row>)(() => Agents(bits)))),
        ("agents-beside-mesa", () => new Row("agents-beside-mesa", "M agent-steps/s", AgentSpeed(AgentOptions.WidestVectorBits, 1), MesaCited, "Mesa 3.2, greater figure, cited")),
        ("agents-beside-radcad", () => new Row("agents-beside-radcad", "M agent-steps/s", AgentSpeed(AgentOptions.WidestVectorBits, 1), RadCadCited, "radCAD 0.14, greater figure, cited")),
        ("agents-two-threads", () => new Row("agents-two-threads", "M agent-steps/s", AgentSpeed(AgentOptions.WidestVectorBits, 2), 2 * AgentSpeed(AgentOptions.WidestVectorBits, 1), "twice one thread, same run")),
        ("lumped-billion", Lumped),
        ("replicator-steps", Replicator),
        ("protocol-unaudited", () => Protocol("protocol-unaudited", 1e-9, SmallWorld)),
        ("protocol-tenth-audited", () => Protocol("protocol-tenth-audited", 0.1, SmallWorld)),
        ("protocol-large-worlds", () => Protocol("protocol-large-worlds", 1e-9, 2000)),
    ];

    private static LogitRevision Model => new(
        EvolutionaryGame.Of(new CheckerGame { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 40, CheckCost = 1, Bounty = 10, Checkers = 1 }), 2, 0.1);

    private static Row Agents(int bits)
    {
        double ours = AgentSpeed(bits, 1);
        return NumpyPeer.Measured is { } numpy
            ? new Row($"agents-{bits}-bits", "M agent-steps/s", ours, numpy.Speed, $"NumPy {numpy.Version}, same run")
            : new Row($"agents-{bits}-bits", "M agent-steps/s", ours, NumpyCited, "NumPy, greater figure, cited");
    }

    private static double AgentSpeed(int bits, int threads)
    {
        AgentSimulation simulation = new(
            Model, new PopulationStart { Sizes = [500_000, 500_000], Ones = [250_000, 250_000], Seed = 1 }, new AgentOptions { Threads = threads, VectorBits = bits });
        simulation.Run(20);
        return Best(50, () => simulation.Run(50)) * 1_000_000 / 1e6;
    }

    private static Row Lumped()
    {
        LumpedSimulation simulation = new(Model, new PopulationStart { Sizes = [500_000_000, 500_000_000], Ones = [250_000_000, 250_000_000], Seed = 1 });
        simulation.Run(2000);
        return new Row("lumped-billion", "steps/s", Best(5000, () => simulation.Run(5000)), LumpedNumpyCited, "NumPy's floating-point binomials, one population, cited");
    }

    private static Row Replicator()
    {
        EvolutionaryGame game = EvolutionaryGame.Of(BimatrixGame.Of([[0, 0], [5, -45]], [[0, -1], [0, 9]]));
        return new Row(
            "replicator-steps",
            "steps/s",
            Best(100_000, () => _ = ReplicatorDynamics.Follow(game, [0.8, 0.2, 0.8, 0.2], 100, new DynamicsOptions { Samples = 1000, StepsPerSample = 100 })),
            50_000,
            "Nashpy's fictitious play, 20 us a step, cited; another dynamics");
    }

    private static Row Protocol(string name, double auditRate, int tasksPerWorld)
    {
        SamplingStrategy strategy = new(new SamplingOptions
        {
            Beacon = new SeededBeacon(7),
            AuditRate = auditRate,
            Reward = new Amount(120),
            Slash = new Amount(600),
            Bounty = new Amount(100),
            VoterSeats = 1,
            AllowsInsecureTerms = true,
        });
        ProtocolSimulation simulation = new(new ProtocolScenario
        {
            Strategy = strategy,
            Groups = [new BehaviorGroup { Behavior = NodeBehavior.Honest, Count = 2 }, new BehaviorGroup { Behavior = NodeBehavior.Substituting, Count = 1 }],
            TasksPerWorld = tasksPerWorld,
        });

        // Long enough for the compiler's last tier.
        _ = simulation.Run(60_000);
        return new Row(name, "verified tasks/s", Best(20_000, () => _ = simulation.Run(20_000)), ProtocolToReach, "the speed to reach");
    }

    // The best of five: the machine is shared.
    private static double Best(double count, Action run)
    {
        double best = 0;
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            best = Math.Max(best, count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
