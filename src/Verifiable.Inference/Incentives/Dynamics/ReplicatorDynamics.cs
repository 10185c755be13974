using System.Globalization;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>
/// Follows the replicator dynamics, xᵢ' = xᵢ(fᵢ − f̄): strategies spread by how much better than the mean of their population they earn (Taylor and Jonker, Mathematical Biosciences 40, 1978; of two
/// populations Hofbauer and Sigmund, Evolutionary Games and Population Dynamics, 1998, chapters 7 and 11). Pure and thread-safe.
/// </summary>
/// <remarks>
/// It is integrated in u = ln(xᵢ/x_last), where it reads u' = fᵢ − f_last: every u is a state of the simplex, so that no share leaves it, and strategies that nobody plays stay so. In these coordinates the
/// flows that have a <see cref="ConservedQuantity"/> are Poisson systems with a constant structure (Hofbauer, Journal of Mathematical Biology 34, 1996), of which Gauss's three-stage method, of order 6, is a
/// Poisson map (Hairer, Lubich and Wanner, Geometric Numerical Integration, 2006, sections II.1.3 and VII.4.2): the quantity does not drift, however long the path. Sums are compensated.
/// </remarks>
public static class ReplicatorDynamics
{
    /// <summary>Follows a path.</summary>
    /// <param name="game">The game.</param>
    /// <param name="start">The shares at the start, population after population.</param>
    /// <param name="duration">For how long, above 0; one unit of time is that in which a strategy that earns 1 more than another grows by e relative to it.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException">The start is no state of the game, an option is out of range, or steps are too long for the payoffs: a step times their differences must be of order 1 or less.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The duration is not finite and positive.</exception>
    public static DynamicsPath Follow(EvolutionaryGame game, ReadOnlySpan<double> start, double duration, DynamicsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        options = DynamicsOptions.Checked(options, duration);
        GaussIntegrator integrator = new(game, game.Checked(start));
        double[] states = new double[checked((options.Samples + 1) * game.StateLength)];
        integrator.State.CopyTo(states);
        double step = duration / options.Samples / options.StepsPerSample;
        int done = 0;
        for (; done < options.Samples && !options.CancellationToken.IsCancellationRequested; done++)
        {
            for (int i = 0; i < options.StepsPerSample; i++)
            {
                if (!integrator.TryAdvance(step))
                {
                    throw new ArgumentException(
                        string.Create(CultureInfo.InvariantCulture, $"Expected steps in which payoffs make little difference: those of {step} that {options.Samples} samples of {options.StepsPerSample} steps make of the duration are too long for this game. Raise {nameof(options.StepsPerSample)} or {nameof(options.Samples)}, or follow for less time."),
                        nameof(options));
                }
            }

            integrator.State.CopyTo(states.AsSpan((done + 1) * game.StateLength));
        }

        return new DynamicsPath(game, duration / options.Samples, states[..((done + 1) * game.StateLength)], integrator.MeanOver(done * options.StepsPerSample));
    }
}
