using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>Holds how the shares of strategies move: samples at equal times, from the start on. Immutable and thread-safe; compared by reference.</summary>
public sealed class DynamicsPath
{
    private readonly double[] _states;

    internal DynamicsPath(EvolutionaryGame game, double interval, double[] states, double[] mean)
    {
        Game = game;
        Interval = interval;
        _states = states;
        Mean = [.. mean];
    }

    /// <summary>Gets the game.</summary>
    public EvolutionaryGame Game { get; }

    /// <summary>Gets the time between two samples.</summary>
    public double Interval { get; }

    /// <summary>Gets the number of samples, the start included.</summary>
    public int Count => _states.Length / Game.StateLength;

    /// <summary>Gets the shares averaged over the time that was followed.</summary>
    public ImmutableArray<double> Mean { get; }

    /// <summary>Gets the shares at the end.</summary>
    public ReadOnlySpan<double> End => this[Count - 1];

    /// <summary>Gets the shares of a sample, population after population.</summary>
    /// <param name="sample">The sample, from 0; its time is <paramref name="sample"/> × <see cref="Interval"/>.</param>
    public ReadOnlySpan<double> this[int sample]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(sample);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sample, Count);
            return _states.AsSpan(sample * Game.StateLength, Game.StateLength);
        }
    }

    /// <summary>Gets one share at every sample.</summary>
    /// <param name="population">The population, from 0.</param>
    /// <param name="strategy">The strategy of that population, from 0.</param>
    /// <returns>The share over time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such population or strategy.</exception>
    public ImmutableArray<double> ShareOf(int population, int strategy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(population);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(population, Game.StrategyCounts.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(strategy);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(strategy, Game.StrategyCounts[population]);
        int place = strategy;
        for (int before = 0; before < population; before++)
        {
            place += Game.StrategyCounts[before];
        }

        ImmutableArray<double>.Builder shares = ImmutableArray.CreateBuilder<double>(Count);
        for (int i = 0; i < Count; i++)
        {
            shares.Add(_states[(i * Game.StateLength) + place]);
        }

        return shares.MoveToImmutable();
    }
}
