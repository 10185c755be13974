namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>
/// Follows the best-response dynamics, x' = BR(x) − x: everybody looks again now and then and answers best (Gilboa and Matsui, Econometrica 59, 1991). For games of matrices the path is a chain of straight
/// lines towards best answers, x(t) = b + e⁻ᵗ(x₀ − b), whose corners are computed and not stepped over. Pure and thread-safe.
/// </summary>
/// <remarks>
/// In a zero-sum game the distance max(Ay) − min(xA) from the value falls as e⁻ᵗ along every path (Hofbauer and Sorin, Discrete and Continuous Dynamical Systems B 6, 2006). Where a path slides along a tie, which
/// no chain of lines can, it goes to and fro across it by <see cref="LeastMove"/>.
/// </remarks>
public static class BestResponseDynamics
{
    /// <summary>The least time between two corners, 10⁻⁴: how far, at most, a path strays from a tie along which it slides.</summary>
    public const double LeastMove = 1e-4;

    // A path that slides along a tie takes a corner each LeastMove: a thousand million of them.
    private const double GreatestDuration = 1e5;

    /// <summary>Follows a path.</summary>
    /// <param name="game">A game of one or two matrices.</param>
    /// <param name="start">The shares at the start, population after population.</param>
    /// <param name="duration">For how long, above 0 and at most 100,000; one unit of time is that in which everybody looks again once, on average.</param>
    /// <param name="options">How many samples; <see langword="null"/> for the defaults. Steps play no part.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException">The game's payoffs are not linear in the shares, the start is no state of it, or an option is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The duration is out of range.</exception>
    public static DynamicsPath Follow(EvolutionaryGame game, ReadOnlySpan<double> start, double duration, DynamicsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (!game.IsLinear)
        {
            throw new ArgumentException("Expected a game of one or two matrices: the corners of other paths have no closed form.", nameof(game));
        }

        options = DynamicsOptions.Checked(options, duration);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, GreatestDuration);
        double[] state = game.Checked(start);
        int length = state.Length;
        double[] states = new double[checked((options.Samples + 1) * length)];
        double[] sums = new double[length];
        double[] payoffs = new double[length];
        double[] target = new double[length];
        double[] targetPayoffs = new double[length];
        state.CopyTo(states, 0);
        double interval = duration / options.Samples;
        double time = 0;
        int done = 0;
        while (done < options.Samples && !options.CancellationToken.IsCancellationRequested)
        {
            game.Evaluate(state, payoffs);
            FindTarget(game, payoffs, target);
            game.Evaluate(target, targetPayoffs);
            double line = Math.Max(LeastMove, TimeToCorner(game, payoffs, target, targetPayoffs));
            double end = Math.Min(time + line, duration);
            while (done < options.Samples && (done + 1) * interval <= end)
            {
                double decay = StableFunctions.Exp(-(((done + 1) * interval) - time));
                for (int i = 0; i < length; i++)
                {
                    states[((done + 1) * length) + i] = target[i] + (decay * (state[i] - target[i]));
                }

                done++;
            }

            double whole = StableFunctions.Exp(-(end - time));
            for (int i = 0; i < length; i++)
            {
                sums[i] += (target[i] * (end - time)) + ((1 - whole) * (state[i] - target[i]));
                state[i] = target[i] + (whole * (state[i] - target[i]));
            }

            time = end;
            if (end >= duration)
            {
                break;
            }
        }

        for (; done < options.Samples && !options.CancellationToken.IsCancellationRequested; done++)
        {
            // The last sample, where rounding put its time after the end.
            state.CopyTo(states, (done + 1) * length);
        }

        double[] mean = time > 0 ? [.. sums.Select(sum => sum / time)] : state;
        return new DynamicsPath(game, interval, states[..((done + 1) * length)], mean);
    }

    private static void FindTarget(EvolutionaryGame game, double[] payoffs, double[] target)
    {
        Array.Clear(target);
        int first = 0;
        foreach (int count in game.StrategyCounts)
        {
            int best = first;
            for (int i = first + 1; i < first + count; i++)
            {
                best = payoffs[i] > payoffs[best] ? i : best;
            }

            target[best] = 1;
            first += count;
        }
    }

    // Along the line every payoff is affine in s = e⁻ᵗ: the lead of the best answer over another is lead(target) + s(lead(now) − lead(target)), and the corner is where the first lead is gone.
    private static double TimeToCorner(EvolutionaryGame game, double[] payoffs, double[] target, double[] targetPayoffs)
    {
        double corner = 0;
        int first = 0;
        foreach (int count in game.StrategyCounts)
        {
            int best = Array.IndexOf(target, 1.0, first, count);
            for (int i = first; i < first + count; i++)
            {
                double now = payoffs[best] - payoffs[i];
                double later = targetPayoffs[best] - targetPayoffs[i];
                corner = later < 0 ? Math.Max(corner, later / (later - now)) : corner;
            }

            first += count;
        }

        return corner > 0 ? -StableFunctions.Log(corner) + 1e-12 : double.PositiveInfinity;
    }
}
