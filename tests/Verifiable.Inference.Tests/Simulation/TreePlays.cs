using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.Simulation.Populations;
using Verifiable.Inference.Simulation.Statistics;

namespace Verifiable.Inference.Tests.Simulation;

/// <summary>Plays a tree of one player by chance, move after move: a simulation of the abstract game, which knows no closed form and no solver.</summary>
internal static class TreePlays
{
    private const uint Domain = 0x5452_4545; // "TREE"

    /// <summary>What action 1 earns a play beyond action 0, each at every information set, under the same chance.</summary>
    internal static MeanEstimate Gain(ExtensiveGame tree, int plays, ulong seed)
    {
        double[][] chances = [.. Enumerable.Range(0, tree.NodeCount).Select(node => tree.ProbabilitiesOf(node).Select(static probability => (double)probability).ToArray())];
        double[] payoffs = [.. Enumerable.Range(0, tree.NodeCount).Select(node => tree.KindOf(node) == GameNodeKind.Terminal ? (double)tree.PayoffOf(node, 0) : double.NaN)];
        double[] gains = new double[plays];
        for (int play = 0; play < plays; play++)
        {
            gains[play] = payoffs[Play(1, (uint)play)] - payoffs[Play(0, (uint)play)];
        }

        return MeanEstimate.Of(gains);

        int Play(int action, uint play)
        {
            RandomWords words = new(seed, play, 0, Domain);
            int node = 0;
            for (GameNodeKind kind = tree.KindOf(node); kind != GameNodeKind.Terminal; kind = tree.KindOf(node))
            {
                int move = action;
                if (kind == GameNodeKind.Chance)
                {
                    double drawn = words.NextDouble();
                    for (move = 0; move < chances[node].Length - 1 && drawn >= chances[node][move]; move++)
                    {
                        drawn -= chances[node][move];
                    }
                }

                node = tree.ChildrenOf(node)[move];
            }

            return node;
        }
    }

    /// <summary>Where the gain is 0, and its standard error, from plays at two probabilities between which the gain times a weight is a line.</summary>
    internal static (double Value, double StandardError) BreakEven(Func<Rational, ExtensiveGame> treeAt, Func<double, double> weight, double low, double high, int plays)
    {
        MeanEstimate atLow = Gain(treeAt(Rational.FromDouble(low)), plays, 41);
        MeanEstimate atHigh = Gain(treeAt(Rational.FromDouble(high)), plays, 42);
        Assert.True(atLow.Mean > 5 * atLow.StandardError && atHigh.Mean < -5 * atHigh.StandardError, $"{atLow} {atHigh}");
        (double up, double down) = (atLow.Mean * weight(low), atHigh.Mean * weight(high));
        (double upError, double downError) = (atLow.StandardError * weight(low), atHigh.StandardError * weight(high));
        double fall = up - down;
        return (low + ((high - low) * up / fall), (high - low) * Math.Sqrt((down * upError * down * upError) + (up * downError * up * downError)) / (fall * fall));
    }
}
