using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.Reports;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>Plays tasks of the sampling game one by one, by chance and not by the formula: down its tree, coin, own validators, conviction. It is the game that is played, not the protocol.</summary>
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
        ExtensiveGame tree = (_game with { AuditProbability = probability }).ToTree();
        int start = tree.ChildrenOf(0)[isHonest ? 0 : 1];
        Dictionary<int, double[]> chances = [];
        Dictionary<int, double> payoffs = [];
        double sum = 0;
        double squares = 0;
        for (int task = 0; task < Tasks; task++)
        {
            double earned = Play(task);
            sum += earned;
            squares += earned * earned;
        }

        double mean = sum / Tasks;
        double half = Deviations * Math.Sqrt(Math.Max(0, (squares / Tasks) - (mean * mean)) / Tasks);
        return new ChartRange(double.Parse(probability.ToDecimalText(12), CultureInfo.InvariantCulture), mean - half, mean + half);

        double Play(int task)
        {
            int node = start;
            for (int place = 0; tree.KindOf(node) == GameNodeKind.Chance; place++)
            {
                double[] chance = chances.TryGetValue(node, out double[]? known) ? known : chances[node] = [.. tree.ProbabilitiesOf(node).Select(static one => (double)one)];
                double drawn = Draw(task, place);
                int move = 0;
                for (; move < chance.Length - 1 && drawn >= chance[move]; move++)
                {
                    drawn -= chance[move];
                }

                node = tree.ChildrenOf(node)[move];
            }

            return payoffs.TryGetValue(node, out double payoff) ? payoff : payoffs[node] = (double)tree.PayoffOf(node, 0);
        }
    }

    private double Draw(int task, int place) => (_draws[(3 * task) + place] >> 11) * (1.0 / (1UL << 53));
}
