namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>
/// Follows the logit dynamics, x' = L(x) − x with Lᵢ proportional to e^(λfᵢ): now and then everybody looks again and answers best but for noise of size 1/λ (Fudenberg and Levine, The Theory of Learning in
/// Games, 1998, chapter 4; Hofbauer and Sandholm, Journal of Economic Theory 132, 2007). Its rest points are the logit quantal response equilibria. Pure and thread-safe.
/// </summary>
/// <remarks>
/// Integrated by Lawson's method of order 4 (SIAM Journal on Numerical Analysis 4, 1967): the decay −x exactly, the rest by Runge and Kutta's scheme. All its terms are positive multiples of states, and each
/// stage is divided by its sum, so that no share leaves the simplex, and a rest point of the dynamics is one of the method, whatever the step.
/// </remarks>
public static class LogitDynamics
{
    /// <summary>Computes the shares of smoothed best answers, Lᵢ = e^(λfᵢ)/Σe^(λfⱼ) in each population.</summary>
    /// <param name="game">The game.</param>
    /// <param name="state">The shares, population after population.</param>
    /// <param name="precision">λ, not negative.</param>
    /// <param name="response">Takes the answers, in the order of the shares.</param>
    /// <exception cref="ArgumentException">The state is none of the game.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is negative or not finite.</exception>
    public static void Respond(EvolutionaryGame game, ReadOnlySpan<double> state, double precision, Span<double> response)
    {
        ArgumentNullException.ThrowIfNull(game);
        ThrowIfNoPrecision(precision);
        game.ComputePayoffs(state, response);
        Choose(game, precision, response);
    }

    /// <summary>Follows a path.</summary>
    /// <param name="game">The game.</param>
    /// <param name="start">The shares at the start, population after population.</param>
    /// <param name="precision">λ, not negative; 0 is play at random.</param>
    /// <param name="duration">For how long, above 0; one unit of time is that in which everybody looks again once, on average.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException">The start is no state of the game, or an option is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The precision is negative or not finite, or the duration is not finite and positive.</exception>
    public static DynamicsPath Follow(EvolutionaryGame game, ReadOnlySpan<double> start, double precision, double duration, DynamicsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        ThrowIfNoPrecision(precision);
        options = DynamicsOptions.Checked(options, duration);
        double[] state = game.Checked(start);
        double[] states = new double[checked((options.Samples + 1) * state.Length)];
        double[] mean = new double[state.Length];
        state.CopyTo(states, 0);
        Stepper stepper = new(game, precision, duration / options.Samples / options.StepsPerSample);
        int done = 0;
        for (; done < options.Samples && !options.CancellationToken.IsCancellationRequested; done++)
        {
            for (int i = 0; i < options.StepsPerSample; i++)
            {
                stepper.Advance(state, mean);
            }

            state.CopyTo(states, (done + 1) * state.Length);
        }

        double[] averages = done == 0 ? state : [.. mean.Select(sum => sum / ((double)done * options.StepsPerSample))];
        return new DynamicsPath(game, duration / options.Samples, states[..((done + 1) * state.Length)], averages);
    }

    // Turns payoffs into smoothed best answers, in place.
    internal static void Choose(EvolutionaryGame game, double precision, Span<double> payoffs)
    {
        int first = 0;
        foreach (int count in game.StrategyCounts)
        {
            Span<double> own = payoffs.Slice(first, count);
            double greatest = double.NegativeInfinity;
            foreach (double payoff in own)
            {
                greatest = Math.Max(greatest, payoff);
            }

            foreach (ref double payoff in own)
            {
                payoff = StableFunctions.Exp(precision * (payoff - greatest));
            }

            Normalize(own);
            first += count;
        }
    }

    internal static void ThrowIfNoPrecision(double precision)
    {
        if (!(precision >= 0) || !double.IsFinite(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected a finite number that is not negative.");
        }
    }

    private static void Normalize(Span<double> shares)
    {
        double sum = 0;
        foreach (double share in shares)
        {
            sum += share;
        }

        foreach (ref double share in shares)
        {
            share /= sum;
        }
    }

    private sealed class Stepper
    {
        private readonly EvolutionaryGame _game;
        private readonly double _precision;
        private readonly double _step;
        private readonly double _halfDecay;
        private readonly double[][] _answers;
        private readonly double[] _stage;

        public Stepper(EvolutionaryGame game, double precision, double step)
        {
            _game = game;
            _precision = precision;
            _step = step;
            _halfDecay = StableFunctions.Exp(-step / 2);
            _answers = [new double[game.StateLength], new double[game.StateLength], new double[game.StateLength], new double[game.StateLength]];
            _stage = new double[game.StateLength];
        }

        public void Advance(double[] state, double[] mean)
        {
            double half = _step / 2;
            Answer(state, 0);
            Set(i => _halfDecay * (state[i] + (half * _answers[0][i])));
            Answer(_stage, 1);
            Set(i => (_halfDecay * state[i]) + (half * _answers[1][i]));
            for (int i = 0; i < mean.Length; i++)
            {
                // Simpson's rule over the step, its middle from the second stage.
                mean[i] += (state[i] + (4 * _stage[i])) / 6;
            }

            Answer(_stage, 2);
            Set(i => _halfDecay * ((_halfDecay * state[i]) + (_step * _answers[2][i])));
            Answer(_stage, 3);
            Set(i => (_halfDecay * _halfDecay * (state[i] + (_step / 6 * _answers[0][i])))
                + (_step / 3 * _halfDecay * (_answers[1][i] + _answers[2][i])) + (_step / 6 * _answers[3][i]));
            for (int i = 0; i < mean.Length; i++)
            {
                state[i] = _stage[i];
                mean[i] += state[i] / 6;
            }
        }

        private void Answer(double[] state, int stage)
        {
            _game.Evaluate(state, _answers[stage]);
            Choose(_game, _precision, _answers[stage]);
        }

        private void Set(Func<int, double> value)
        {
            for (int i = 0; i < _stage.Length; i++)
            {
                _stage[i] = value(i);
            }

            int first = 0;
            foreach (int count in _game.StrategyCounts)
            {
                Normalize(_stage.AsSpan(first, count));
                first += count;
            }
        }
    }
}
