using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Simulates every agent: what it plays and what it has earned, in columns. An agent's draw of a step is a function of seed, population, agent and step (<see cref="Philox"/>), and payoffs are integers, so
/// that threads and vectors change no bit of the result. Not thread-safe; <see cref="Run"/> uses threads of its own.
/// </summary>
public sealed class AgentSimulation
{
    private const string Domain = "vinf/agent-simulation/v1";

    private readonly PopulationModel _model;
    private readonly AgentOptions _options;
    private readonly PopulationStart _start;
    private readonly AgentColumns[] _columns;
    private readonly List<long> _ones = [];
    private readonly AgentRule[] _rules;
    private readonly double[] _shares;
    private readonly ulong[] _keys = new ulong[2 * Philox.Rounds];

    /// <summary>Creates a simulation.</summary>
    /// <param name="model">What agents do.</param>
    /// <param name="start">Where they start.</param>
    /// <param name="options">How they are computed; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The start does not fit the model, or the options cannot be used here.</exception>
    public AgentSimulation(PopulationModel model, PopulationStart start, AgentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        start.ThrowIfNotFor(model, PopulationStart.GreatestAgentCount);
        _options = options ?? new AgentOptions();
        string[] faults = [.. _options.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        _model = model;
        _start = start;
        _rules = new AgentRule[model.PopulationCount];
        _shares = new double[model.PopulationCount];
        Philox.Schedule(start.Seed, _keys);
        _columns = [.. start.Sizes.Select((size, population) => new AgentColumns((uint)population, size, start.Ones[population]))];
        _ones.AddRange(start.Ones);
    }

    /// <summary>Gets the number of steps that were made.</summary>
    public int StepCount => (_ones.Count / _columns.Length) - 1;

    /// <summary>Gets how many agents of each population play 1 now.</summary>
    public ImmutableArray<long> Ones => [.. _columns.Select(static column => column.Ones)];

    /// <summary>Gets how many played 1 after each step.</summary>
    public PopulationPath Path => new(_start.Sizes, [.. _ones]);

    /// <summary>Makes steps.</summary>
    /// <param name="steps">How many, 0 or more.</param>
    /// <param name="cancellationToken">Ends the run after a whole step.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; the simulation stands after its last whole step.</exception>
    public void Run(int steps, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        _ = checked(StepCount + steps);
        long tiles = _columns.Sum(static column => (long)column.TileCount);
        int threads = (int)Math.Min(_options.Threads, Math.Max(1, tiles / 16));
        AgentTeam team = new(_columns, _options.VectorBits, threads, _keys);
        int left = steps;
        team.Run(
            () =>
            {
                if (left == 0 || cancellationToken.IsCancellationRequested)
                {
                    return null;
                }

                left--;
                for (int i = 0; i < _columns.Length; i++)
                {
                    _shares[i] = _columns[i].Ones / (double)_columns[i].Size;
                }

                _model.DecideChecked(_shares, _rules);
                return _rules;
            },
            () => (uint)StepCount,
            () => _ones.AddRange(_columns.Select(static column => column.Ones)));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Tells whether an agent plays 1 now.</summary>
    /// <param name="population">The population, from 0.</param>
    /// <param name="agent">The agent, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such agent.</exception>
    public bool PlaysOne(int population, long agent) => ColumnsOf(population, agent).PlaysOne(agent);

    /// <summary>Gets what an agent has earned, in the units of the model.</summary>
    /// <param name="population">The population, from 0.</param>
    /// <param name="agent">The agent, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such agent.</exception>
    public long EarnedBy(int population, long agent) => ColumnsOf(population, agent).EarnedBy(agent);

    /// <summary>Gets what all agents of a population have earned together, in the units of the model.</summary>
    /// <param name="population">The population, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such population.</exception>
    public Int128 EarnedByAll(int population) => ColumnsOf(population, 0).EarnedByAll();

    /// <summary>Computes the digest of everything: seed, every step's numbers, and what each agent plays and has earned.</summary>
    /// <returns>The digest, the same for any number of threads and any width of vectors.</returns>
    public Digest ComputeDigest()
    {
        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        writer.WriteDomain(Domain);
        writer.WriteUInt64(_start.Seed);
        writer.WriteUInt32((uint)_columns.Length);
        foreach (AgentColumns column in _columns)
        {
            writer.WriteInt64(column.Size);
            writer.WriteDigest(column.ComputeDigest());
        }

        foreach (long ones in _ones)
        {
            writer.WriteInt64(ones);
        }

        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }

    private AgentColumns ColumnsOf(int population, long agent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(population);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(population, _columns.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(agent);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(agent, _columns[population].Size);
        return _columns[population];
    }
}
