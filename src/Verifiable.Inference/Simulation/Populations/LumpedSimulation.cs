using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Simulates how many agents play 1, without the agents: those who play alike are exchangeable, so that the next numbers are binomial. The law of the numbers is exactly that of
/// <see cref="AgentSimulation"/>, and a step costs the same for any size, some microseconds. Not thread-safe.
/// </summary>
public sealed class LumpedSimulation
{
    private const string Domain = "vinf/lumped-simulation/v1";
    private const uint LumpedDomain = 0x564C_5031; // "VLP1"

    private readonly PopulationModel _model;
    private readonly PopulationStart _start;
    private readonly List<long> _ones = [];
    private readonly long[] _now;
    private readonly double[] _shares;
    private readonly AgentRule[] _rules;
    private readonly Int128[] _earned;

    /// <summary>Creates a simulation.</summary>
    /// <param name="model">What agents do.</param>
    /// <param name="start">Where they start; up to <see cref="PopulationStart.GreatestLumpedCount"/> agents a population.</param>
    /// <exception cref="ArgumentException">The start does not fit the model.</exception>
    public LumpedSimulation(PopulationModel model, PopulationStart start)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        start.ThrowIfNotFor(model, PopulationStart.GreatestLumpedCount);
        _model = model;
        _start = start;
        _now = [.. start.Ones];
        _ones.AddRange(start.Ones);
        _shares = new double[_now.Length];
        _rules = new AgentRule[_now.Length];
        _earned = new Int128[_now.Length];
    }

    /// <summary>Gets the number of steps that were made.</summary>
    public int StepCount => (_ones.Count / _now.Length) - 1;

    /// <summary>Gets how many agents of each population play 1 now.</summary>
    public ImmutableArray<long> Ones => [.. _now];

    /// <summary>Gets how many played 1 after each step.</summary>
    public PopulationPath Path => new(_start.Sizes, [.. _ones]);

    /// <summary>Makes steps.</summary>
    /// <param name="steps">How many, 0 or more.</param>
    /// <param name="cancellationToken">Ends the run after a whole step.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; the simulation stands after its last whole step.</exception>
    public void Run(int steps, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        for (; steps > 0; steps--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < _now.Length; i++)
            {
                _shares[i] = _now[i] / (double)_start.Sizes[i];
            }

            _model.DecideChecked(_shares, _rules);
            uint step = (uint)StepCount;
            for (int i = 0; i < _now.Length; i++)
            {
                RandomWords stay = new(_start.Seed, step, (uint)i << 1, LumpedDomain);
                RandomWords turn = new(_start.Seed, step, ((uint)i << 1) | 1, LumpedDomain);
                _now[i] = BinomialSampler.Draw(_now[i], _rules[i].FromSecond, ref stay) + BinomialSampler.Draw(_start.Sizes[i] - _now[i], _rules[i].FromFirst, ref turn);
                _earned[i] += ((Int128)_now[i] * _rules[i].SecondPayoff) + ((Int128)(_start.Sizes[i] - _now[i]) * _rules[i].FirstPayoff);
            }

            _ones.AddRange(_now);
        }
    }

    /// <summary>Gets what all agents of a population have earned together, in the units of the model.</summary>
    /// <param name="population">The population, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such population.</exception>
    public Int128 EarnedByAll(int population)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(population);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(population, _earned.Length);
        return _earned[population];
    }

    /// <summary>Computes the digest of everything: seed, sizes, every step's numbers.</summary>
    /// <returns>The digest, the same on every machine.</returns>
    public Digest ComputeDigest()
    {
        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        writer.WriteDomain(Domain);
        writer.WriteUInt64(_start.Seed);
        writer.WriteUInt32((uint)_now.Length);
        foreach (long size in _start.Sizes)
        {
            writer.WriteInt64(size);
        }

        foreach (long ones in _ones)
        {
            writer.WriteInt64(ones);
        }

        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }
}
