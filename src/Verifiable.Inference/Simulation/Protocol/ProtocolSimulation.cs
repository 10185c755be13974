using System.Buffers.Binary;
using System.Security.Cryptography;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>
/// Runs the real strategies, on real ledgers with real draws, evidence and settlements, in virtual time, over nodes that behave as they are told: what no closed form can leave out is in it. Only what
/// costs time and says nothing about incentives is replaced: a model's answer is a digest that a keyed hash makes of the work, and signatures are keyed hashes. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// The signature scheme is of no use anywhere else: its type is not public, its key is the world's and never leaves it, no set of schemes that others make knows it, and neither ledgers nor receipts of a
/// world are handed out. Anybody could sign for anybody who had the key.
/// </remarks>
public sealed class ProtocolSimulation
{
    private const string Domain = "vinf/protocol-simulation/v1";

    private readonly ProtocolScenario _scenario;

    /// <summary>Creates a simulation.</summary>
    /// <param name="scenario">What is run.</param>
    /// <exception cref="ArgumentException">The scenario cannot be run; the message lists all that is wrong.</exception>
    public ProtocolSimulation(ProtocolScenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        string[] faults = [.. scenario.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(scenario));
        }

        _scenario = scenario;
    }

    /// <summary>Runs tasks.</summary>
    /// <param name="tasks">How many, at least 1.</param>
    /// <param name="threads">On how many threads at most; worlds are divided among them. 1 by default.</param>
    /// <param name="progress">Is told how many tasks are done, after each world.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What it came to: the same for any number of threads.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ProtocolResult Run(int tasks, int threads = 1, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int worlds = ((tasks - 1) / _scenario.TasksPerWorld) + 1;
        WorldResult[] results = new WorldResult[worlds];
        long done = 0;
        _ = Parallel.For(0, worlds, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, world =>
        {
            int first = world * _scenario.TasksPerWorld;
            int count = Math.Min(_scenario.TasksPerWorld, tasks - first);
            results[world] = new ProtocolWorld(_scenario, (uint)world, count).Run(cancellationToken);
            progress?.Report(Interlocked.Add(ref done, count));
        });
        return Combine(results, tasks);
    }

    private ProtocolResult Combine(WorldResult[] worlds, int tasks) => new()
    {
        TaskCount = tasks,
        Accepted = worlds.Sum(static world => world.Accepted),
        Rejected = worlds.Sum(static world => world.Rejected),
        UndetectedFrauds = worlds.Sum(static world => world.UndetectedFrauds),
        Computations = worlds.Sum(static world => world.Computations),
        Groups = [.. _scenario.Groups.Select((group, index) => new GroupResult
        {
            Group = group,
            Profits = [.. worlds.SelectMany(world => world.Groups[index].Profits)],
            AuditControls = [.. worlds.SelectMany(world => world.Groups[index].AuditControls)],
            Assertions = worlds.Sum(world => world.Groups[index].Assertions),
            AuditedAssertions = worlds.Sum(world => world.Groups[index].AuditedAssertions),
            Convictions = worlds.Sum(world => world.Groups[index].Convictions),
            HonestRuns = worlds.Sum(world => world.Groups[index].HonestRuns),
            SubstituteRuns = worlds.Sum(world => world.Groups[index].SubstituteRuns),
            IdleAnswers = worlds.Sum(world => world.Groups[index].IdleAnswers),
            MissedTasks = worlds.Sum(world => world.Groups[index].MissedTasks),
        })],
        Digest = DigestOf(worlds),
    };

    private static Digest DigestOf(WorldResult[] worlds)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(Domain));
        Span<byte> word = stackalloc byte[sizeof(long)];
        foreach (WorldResult world in worlds)
        {
            for (int task = 0; task < world.Outcomes.Length; task++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(word, world.Outcomes[task]);
                hash.AppendData(word);
                foreach (WorldGroup group in world.Groups)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(word, group.Profits[task]);
                    hash.AppendData(word);
                }
            }
        }

        return new Digest(hash.GetHashAndReset());
    }
}
