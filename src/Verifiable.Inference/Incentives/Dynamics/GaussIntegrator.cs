namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>One path of the replicator dynamics in logarithms of ratios, by Gauss's method with three stages (Butcher 1964; Hairer, Nørsett and Wanner, Solving ODEs I, table II.7.4). Not thread-safe.</summary>
internal sealed class GaussIntegrator
{
    private const int Stages = 3;
    private const int MostIterations = 100;
    private const double GreatestRest = 1e-9;
    private const double Root = 3.872983346207416885; // √15

    private static readonly double[] _weights = [5.0 / 18, 4.0 / 9, 5.0 / 18];

    private static readonly double[] _matrix =
    [
        5.0 / 36, (2.0 / 9) - (Root / 15), (5.0 / 36) - (Root / 30),
        (5.0 / 36) + (Root / 24), 2.0 / 9, (5.0 / 36) - (Root / 24),
        (5.0 / 36) + (Root / 30), (2.0 / 9) + (Root / 15), 5.0 / 36,
    ];

    private readonly EvolutionaryGame _game;
    private readonly int[] _reference;
    private readonly bool[] _isPlayed;
    private readonly double[] _ratios;
    private readonly double[] _lost;
    private readonly double[][] _slopes;
    private readonly double[][] _shares;
    private readonly double[] _payoffs;
    private readonly double[] _trial;
    private readonly double[] _sums;
    private readonly double[] _sumsLost;

    public GaussIntegrator(EvolutionaryGame game, double[] start)
    {
        _game = game;
        int length = game.StateLength;
        State = start;
        _isPlayed = [.. start.Select(static share => share > 0)];
        _reference = new int[length];
        _ratios = new double[length];
        _lost = new double[length];
        _slopes = [new double[length], new double[length], new double[length]];
        _shares = [new double[length], new double[length], new double[length]];
        _payoffs = new double[length];
        _trial = new double[length];
        _sums = new double[length];
        _sumsLost = new double[length];
        int first = 0;
        foreach (int count in game.StrategyCounts)
        {
            int last = first + Array.FindLastIndex(_isPlayed[first..(first + count)], static isPlayed => isPlayed);
            for (int i = first; i < first + count; i++)
            {
                _reference[i] = last;
                _ratios[i] = _isPlayed[i] ? StableFunctions.Log(start[i]) - StableFunctions.Log(start[last]) : double.NegativeInfinity;
            }

            first += count;
        }
    }

    public double[] State { get; private set; }

    /// <summary>Goes on by a step; false, with nothing changed, when the equations of its stages could not be solved.</summary>
    public bool TryAdvance(double step)
    {
        if (!TrySolveStages(step))
        {
            return false;
        }

        for (int i = 0; i < State.Length; i++)
        {
            if (_isPlayed[i])
            {
                double slope = (_weights[0] * _slopes[0][i]) + (_weights[1] * _slopes[1][i]) + (_weights[2] * _slopes[2][i]);
                Add(ref _ratios[i], ref _lost[i], step * slope);
                Add(ref _sums[i], ref _sumsLost[i], (_weights[0] * _shares[0][i]) + (_weights[1] * _shares[1][i]) + (_weights[2] * _shares[2][i]));
            }
        }

        double[] next = new double[State.Length];
        ToShares(_ratios, next);
        State = next;
        return true;
    }

    public double[] MeanOver(int steps) => steps == 0 ? [.. State] : [.. _sums.Select(sum => sum / steps)];

    private static void Add(ref double total, ref double lost, double term)
    {
        double addend = term - lost;
        double sum = total + addend;
        lost = sum - total - addend;
        total = sum;
    }

    // By iteration, which contracts where a step times the differences of payoffs is of order 1 or less; elsewhere it ends far from any solution.
    private bool TrySolveStages(double step)
    {
        int length = State.Length;
        Slope(_ratios, State, _slopes[0]);
        _slopes[0].CopyTo(_slopes[1], 0);
        _slopes[0].CopyTo(_slopes[2], 0);
        double before = double.PositiveInfinity;
        double last = double.PositiveInfinity;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double change = 0;
            for (int stage = 0; stage < Stages; stage++)
            {
                for (int i = 0; i < length; i++)
                {
                    double sum = (_matrix[stage * Stages] * _slopes[0][i]) + (_matrix[(stage * Stages) + 1] * _slopes[1][i]) + (_matrix[(stage * Stages) + 2] * _slopes[2][i]);
                    _trial[i] = _isPlayed[i] ? _ratios[i] + (step * sum) : double.NegativeInfinity;
                }

                change = Math.Max(change, Slope(_trial, _shares[stage], _slopes[stage]));
            }

            last = change;

            // Until rounding stops it: a tolerance would leave an error of one sign, and the conserved quantity would drift by it.
            if (change == 0 || (iteration > 3 && change >= before))
            {
                break;
            }

            before = change;
        }

        double greatest = 1;
        foreach (double[] slopes in _slopes)
        {
            foreach (double slope in slopes)
            {
                greatest = Math.Max(greatest, Math.Abs(slope));
            }
        }

        return last <= GreatestRest * greatest;
    }

    // Returns the greatest change of a slope.
    private double Slope(double[] ratios, double[] shares, double[] slopes)
    {
        ToShares(ratios, shares);
        _game.Evaluate(shares, _payoffs);
        double change = 0;
        for (int i = 0; i < slopes.Length; i++)
        {
            double slope = _isPlayed[i] ? _payoffs[i] - _payoffs[_reference[i]] : 0;
            change = Math.Max(change, Math.Abs(slope - slopes[i]));
            slopes[i] = slope;
        }

        return change;
    }

    private void ToShares(double[] ratios, double[] shares)
    {
        int first = 0;
        foreach (int count in _game.StrategyCounts)
        {
            double greatest = double.NegativeInfinity;
            for (int i = first; i < first + count; i++)
            {
                greatest = Math.Max(greatest, ratios[i]);
            }

            double sum = 0;
            for (int i = first; i < first + count; i++)
            {
                shares[i] = _isPlayed[i] ? StableFunctions.Exp(ratios[i] - greatest) : 0;
                sum += shares[i];
            }

            for (int i = first; i < first + count; i++)
            {
                shares[i] /= sum;
            }

            first += count;
        }
    }
}
