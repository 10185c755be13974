using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Follows the principal branch of logit quantal response equilibria from play at random (McKelvey and Palfrey, GEB 10, 1995; Turocy, "A dynamic homotopy interpretation of the logistic quantal response
/// equilibrium correspondence", GEB 51, 2005, section 3): predictor and corrector along the branch, in logarithms of probabilities, so that none is lost however small. In doubles; the result says how far
/// it is from a solution. Pure and thread-safe.
/// </summary>
public static class LogitEquilibria
{
    private const double Residual = 1e-12;

    /// <summary>Finds the point of the principal branch that first reaches a precision.</summary>
    /// <param name="game">The game.</param>
    /// <param name="precision">λ, not negative.</param>
    /// <param name="limit">What it may cost; a step is a step along the branch.</param>
    /// <returns>The point; <see langword="null"/> when the limit came first or the branch could not be followed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is negative or not finite.</exception>
    public static LogitSolution? Find(NormalFormGame game, double precision, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (!(precision >= 0) || !double.IsFinite(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected a finite number that is not negative.");
        }

        var meter = new WorkMeter(limit);
        var system = new LogitSystem(game);
        double[] point = system.AtRandom();
        double[] direction = new double[point.Length];
        direction[^1] = 1;
        double length = 0.03;
        while (point[^1] < precision)
        {
            if (!meter.TrySpend())
            {
                return null;
            }

            if (system.Tangent(point, direction) is not { } tangent)
            {
                return null;
            }

            double step = length;
            double[] next = Moved(point, tangent, step);
            if (system.TryCorrect(next, tangent, false))
            {
                if (next[^1] >= precision)
                {
                    break;
                }

                (point, direction) = (next, tangent);
                length = Math.Min(length * 1.4, 1 + (0.2 * precision));
            }
            else
            {
                length /= 2;
                if (length < 1e-10)
                {
                    return null;
                }
            }
        }

        // The last stretch: λ is held at what was asked for, approached in halves where one stride is too long.
        double[] along = new double[point.Length];
        along[^1] = 1;
        double stride = precision - point[^1];
        while (point[^1] < precision)
        {
            double target = Math.Min(precision, point[^1] + stride);
            double[]? tangent = system.Tangent(point, direction);
            double[] next = tangent is { } t && t[^1] > 1e-9 ? Moved(point, t, (target - point[^1]) / t[^1]) : [.. point];
            next[^1] = target;
            if (meter.TrySpend() && system.TryCorrect(next, along, true))
            {
                point = next;
            }
            else
            {
                stride /= 2;
                if (meter.IsStopped || stride < 1e-12 * (1 + precision))
                {
                    return null;
                }
            }
        }

        return new LogitSolution(precision, system.Probabilities(point), system.ResidualOf(point));
    }

    private static double[] Moved(double[] point, double[] tangent, double step) => [.. point.Zip(tangent, (a, b) => a + (step * b))];

    /// <summary>The equations ln p_s − ln p_0 = λ(u_s − u_0) and Σp = 1 of every player, in the unknowns ln p and λ.</summary>
    private sealed class LogitSystem
    {
        private readonly NormalFormGame _game;
        private readonly double[] _payoffs;
        private readonly int[] _first;
        private readonly int _size;

        internal LogitSystem(NormalFormGame game)
        {
            _game = game;
            _payoffs = [.. game.Payoffs.Select(payoff => (double)payoff)];
            _first = new int[game.PlayerCount + 1];
            for (int player = 0; player < game.PlayerCount; player++)
            {
                _first[player + 1] = _first[player] + game.StrategyCounts[player];
            }

            _size = _first[^1];
        }

        internal double[] AtRandom()
        {
            double[] point = new double[_size + 1];
            for (int player = 0; player < _game.PlayerCount; player++)
            {
                point.AsSpan(_first[player], _game.StrategyCounts[player]).Fill(-Math.Log(_game.StrategyCounts[player]));
            }

            return point;
        }

        internal ImmutableArray<ImmutableArray<double>> Probabilities(double[] point) =>
            [.. Enumerable.Range(0, _game.PlayerCount).Select(player => point.Skip(_first[player]).Take(_game.StrategyCounts[player]).Select(Math.Exp).ToImmutableArray())];

        internal double ResidualOf(double[] point) => Evaluate(point).Values.Max(Math.Abs);

        /// <summary>Computes the unit tangent on the side of a direction; null where the branch is not smooth.</summary>
        internal double[]? Tangent(double[] point, double[] direction)
        {
            double[,] matrix = Bordered(Evaluate(point).Derivative, direction);
            double[] right = new double[_size + 1];
            right[^1] = 1;
            if (Solve(matrix, right) is not { } tangent)
            {
                return null;
            }

            double norm = Math.Sqrt(tangent.Sum(value => value * value));
            return [.. tangent.Select(value => value / norm)];
        }

        /// <summary>Newton's method in the plane through the point and across the direction.</summary>
        internal bool TryCorrect(double[] point, double[] direction, bool isLast)
        {
            double previous = double.PositiveInfinity;
            for (int round = 0; round < 12; round++)
            {
                (double[] values, double[,] derivative) = Evaluate(point);
                double residual = values.Max(Math.Abs);
                double scale = 1 + Math.Abs(point[^1]);
                if (residual <= Residual * scale && (!isLast || residual >= previous / 2))
                {
                    return true;
                }

                if (!(residual < 1e6 * scale) || (round > 3 && residual > previous))
                {
                    return residual <= Residual * scale * 10;
                }

                previous = residual;
                if (Solve(Bordered(derivative, direction), [.. values, 0]) is not { } change || change.Take(_size).Max(Math.Abs) > 2)
                {
                    return false;
                }

                for (int i = 0; i <= _size; i++)
                {
                    point[i] -= change[i];
                }
            }

            return previous <= Residual * (1 + Math.Abs(point[^1])) * 10;
        }

        private static double[]? Solve(double[,] matrix, double[] right)
        {
            if (DoubleMatrix.TryInvert(matrix) is not { } inverse)
            {
                return null;
            }

            double[] solution = new double[right.Length];
            for (int row = 0; row < right.Length; row++)
            {
                for (int column = 0; column < right.Length; column++)
                {
                    solution[row] += inverse[row, column] * right[column];
                }
            }

            return solution;
        }

        private double[,] Bordered(double[,] derivative, double[] direction)
        {
            var matrix = new double[_size + 1, _size + 1];
            for (int column = 0; column <= _size; column++)
            {
                for (int row = 0; row < _size; row++)
                {
                    matrix[row, column] = derivative[row, column];
                }

                matrix[_size, column] = direction[column];
            }

            return matrix;
        }

        private (double[] Values, double[,] Derivative) Evaluate(double[] point)
        {
            double precision = point[^1];
            double[] probabilities = [.. point.Take(_size).Select(Math.Exp)];
            var payoffs = new double[_size];
            var slopes = new double[_size, _size];
            int players = _game.PlayerCount;
            for (int profile = 0; profile < _game.ProfileCount; profile++)
            {
                for (int player = 0; player < players; player++)
                {
                    int own = _first[player] + (profile / _game.Stride(player) % _game.StrategyCounts[player]);
                    double weight = _payoffs[(profile * players) + player];
                    for (int other = 0; other < players; other++)
                    {
                        weight *= other == player ? 1 : probabilities[_first[other] + (profile / _game.Stride(other) % _game.StrategyCounts[other])];
                    }

                    payoffs[own] += weight;
                    for (int other = 0; other < players; other++)
                    {
                        // The derivative by ln p of what is a product of p's is the product itself.
                        slopes[own, _first[other] + (profile / _game.Stride(other) % _game.StrategyCounts[other])] += other == player ? 0 : weight;
                    }
                }
            }

            var values = new double[_size];
            var derivative = new double[_size, _size + 1];
            for (int player = 0; player < players; player++)
            {
                int first = _first[player];
                values[first] = -1;
                for (int own = first; own < _first[player + 1]; own++)
                {
                    values[first] += probabilities[own];
                    derivative[first, own] = probabilities[own];
                }

                for (int own = first + 1; own < _first[player + 1]; own++)
                {
                    values[own] = point[own] - point[first] - (precision * (payoffs[own] - payoffs[first]));
                    for (int column = 0; column < _size; column++)
                    {
                        derivative[own, column] = -precision * (slopes[own, column] - slopes[first, column]);
                    }

                    derivative[own, own] += 1;
                    derivative[own, first] -= 1;
                    derivative[own, _size] = payoffs[first] - payoffs[own];
                }
            }

            return (values, derivative);
        }
    }
}
