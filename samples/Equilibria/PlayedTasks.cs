using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Reports;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>Plays tasks of the sampling game one by one, by the rules and not by the formula: coin, checker, conviction, payment. One validator.</summary>
internal sealed class PlayedTasks
{
    private const int Tasks = 20_000;

    // 99.9 % of a normal distribution.
    private const double Deviations = 3.2905;

    private readonly SamplingGame _game;
    private readonly ulong[] _draws = new ulong[3 * Tasks];

    public PlayedTasks(SamplingGame game, ulong seed, string label)
    {
        // Common random numbers: the same draws for every p and for both sides, so that their difference is theirs.
        _game = game;
        byte[] bytes = new byte[8 * _draws.Length];
        new SeededRandomSource(seed).Fork(label).Fill(bytes);
        for (int index = 0; index < _draws.Length; index++)
        {
            _draws[index] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8 * index));
        }
    }

    public ImmutableArray<ChartRange> Earned(bool isHonest, IEnumerable<Rational> probabilities) => [.. probabilities.Select(p => Interval(isHonest, p))];

    private ChartRange Interval(bool isHonest, Rational probability)
    {
        double p = (double)probability;
        double r = (double)_game.CoalitionShare;
        double convicted = (double)(isHonest ? _game.FalseConvictionProbability : _game.DetectionProbability);
        double reward = (double)_game.AsserterReward;
        double among = (double)_game.ValidatorReward;
        double cost = (double)(isHonest ? _game.HonestCost : _game.SubstituteCost);
        double slash = (double)_game.Slash;
        double sum = 0;
        double squares = 0;
        for (int task = 0; task < Tasks; task++)
        {
            double earned = reward - cost;
            if (Draw(task, 0) < p)
            {
                bool isFriend = Draw(task, 1) < r;
                earned += isFriend ? among : Draw(task, 2) < convicted ? -reward - slash : 0;
            }

            sum += earned;
            squares += earned * earned;
        }

        double mean = sum / Tasks;
        double half = Deviations * Math.Sqrt(Math.Max(0, (squares / Tasks) - (mean * mean)) / Tasks);
        return new ChartRange(double.Parse(probability.ToDecimalText(12), CultureInfo.InvariantCulture), mean - half, mean + half);
    }

    private double Draw(int task, int place) => (_draws[(3 * task) + place] >> 11) * (1.0 / (1UL << 53));
}
