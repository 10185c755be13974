namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>Two plain classifiers, learned on one half of a set and measured on the other: logistic regression, and boosted decision stumps. Deterministic.</summary>
internal static class Classifier
{
    /// <summary>Measures how well the labels of the held-out half can be told.</summary>
    /// <returns>The larger distance of the two areas under the curve from ½, in standard errors under the hypothesis that nothing can be told, and that area.</returns>
    public static (double Deviations, double Area) Measure(IReadOnlyList<double[]> features, IReadOnlyList<bool> labels)
    {
        double[][] scaled = Standardize(features);
        int[] train = [.. Enumerable.Range(0, labels.Count).Where(i => i % 2 == 0)];
        int[] held = [.. Enumerable.Range(0, labels.Count).Where(i => i % 2 == 1)];
        bool[] truth = [.. held.Select(i => labels[i])];
        double positives = truth.Count(label => label);
        double negatives = truth.Length - positives;

        // Mann and Whitney: the variance of the area when scores and labels are independent.
        double error = Math.Sqrt((positives + negatives + 1) / (12 * positives * negatives));
        Func<double[], double>[] models = [Logistic(scaled, labels, train), Boosted(scaled, labels, train)];
        return models
            .Select(model => Area([.. held.Select(i => model(scaled[i]))], truth))
            .Select(area => (Deviations: Math.Abs(area - 0.5) / error, Area: area))
            .MaxBy(result => result.Deviations);
    }

    /// <summary>Measures the same for labels that come in clusters: learned on the first half of the time, measured on the second, against the areas that the same labels have when they are shifted in time.</summary>
    /// <returns>The larger distance of the two areas from the mean of 200 shifts, in standard deviations of those, and that area.</returns>
    /// <remarks>Rationale: the envelopes of one vote are neighbours. Every other one in the half to learn from would give away the rest, and areas vary more than those of independent labels.</remarks>
    public static (double Deviations, double Area) MeasureClusters(IReadOnlyList<double[]> features, IReadOnlyList<bool> labels)
    {
        double[][] scaled = Standardize(features);
        int half = labels.Count / 2;
        int[] train = [.. Enumerable.Range(0, half)];
        bool[] truth = [.. labels.Skip(half)];
        Func<double[], double>[] models = [Logistic(scaled, labels, train), Boosted(scaled, labels, train)];
        return models.Select(model => Compare([.. scaled.Skip(half).Select(model)])).MaxBy(result => result.Deviations);

        (double Deviations, double Area) Compare(double[] scores)
        {
            const int Shifts = 200;
            double area = Area(scores, truth);
            double[] shifted = [.. Enumerable.Range(1, Shifts).Select(shift => Area(scores, [.. truth.Skip(shift * truth.Length / (Shifts + 1)), .. truth.Take(shift * truth.Length / (Shifts + 1))]))];
            double mean = shifted.Average();
            double deviation = Math.Sqrt(shifted.Average(other => (other - mean) * (other - mean)));
            return (Math.Abs(area - mean) / deviation, area);
        }
    }

    /// <summary>Computes the area under the curve: how often a positive has the higher score; ties count half.</summary>
    public static double Area(double[] scores, bool[] labels)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
        double ranks = 0;
        for (int first = 0; first < order.Length;)
        {
            int last = first;
            while (last + 1 < order.Length && scores[order[last + 1]] == scores[order[first]])
            {
                last++;
            }

            for (int i = first; i <= last; i++)
            {
                ranks += labels[order[i]] ? ((first + last) / 2.0) + 1 : 0;
            }

            first = last + 1;
        }

        double positives = labels.Count(label => label);
        return (ranks - (positives * (positives + 1) / 2)) / (positives * (labels.Length - positives));
    }

    private static double[][] Standardize(IReadOnlyList<double[]> features)
    {
        int width = features[0].Length;
        double[] means = [.. Enumerable.Range(0, width).Select(j => features.Average(row => row[j]))];
        double[] deviations = [.. Enumerable.Range(0, width).Select(j => Math.Sqrt(features.Average(row => (row[j] - means[j]) * (row[j] - means[j]))))];
        return [.. features.Select(row => row.Select((value, j) => deviations[j] > 1e-12 ? (value - means[j]) / deviations[j] : 0).ToArray())];
    }

    private static Func<double[], double> Logistic(double[][] rows, IReadOnlyList<bool> labels, int[] train)
    {
        double[] weights = new double[rows[0].Length + 1];
        for (int step = 0; step < 300; step++)
        {
            double[] gradient = new double[weights.Length];
            foreach (int i in train)
            {
                double miss = (1 / (1 + Math.Exp(-Score(rows[i])))) - (labels[i] ? 1 : 0);
                for (int j = 0; j < rows[i].Length; j++)
                {
                    gradient[j] += miss * rows[i][j];
                }

                gradient[^1] += miss;
            }

            for (int j = 0; j < weights.Length; j++)
            {
                weights[j] -= 0.5 * ((gradient[j] / train.Length) + (1e-3 * weights[j]));
            }
        }

        return Score;

        double Score(double[] row)
        {
            double sum = weights[^1];
            for (int j = 0; j < row.Length; j++)
            {
                sum += weights[j] * row[j];
            }

            return sum;
        }
    }

    // AdaBoost (Freund and Schapire 1997) on stumps at sixteen quantiles of each feature.
    private static Func<double[], double> Boosted(double[][] rows, IReadOnlyList<bool> labels, int[] train)
    {
        double[] weights = [.. train.Select(_ => 1.0 / train.Length)];
        List<(int Feature, double Threshold, double Vote)> stumps = [];
        (int Feature, double Threshold)[] candidates =
        [
            .. Enumerable.Range(0, rows[0].Length).SelectMany(j =>
            {
                double[] sorted = [.. train.Select(i => rows[i][j]).Order()];
                return Enumerable.Range(1, 16).Select(q => (j, sorted[q * (sorted.Length - 1) / 17])).Distinct();
            }),
        ];
        for (int round = 0; round < 40; round++)
        {
            (int Feature, double Threshold) best = default;
            double worst = 0.5;
            foreach ((int feature, double threshold) in candidates)
            {
                double error = 0;
                for (int k = 0; k < train.Length; k++)
                {
                    error += rows[train[k]][feature] > threshold != labels[train[k]] ? weights[k] : 0;
                }

                if (Math.Abs(error - 0.5) > Math.Abs(worst - 0.5))
                {
                    (best, worst) = ((feature, threshold), error);
                }
            }

            double vote = 0.5 * Math.Log((1 - worst + 1e-9) / (worst + 1e-9));
            stumps.Add((best.Feature, best.Threshold, vote));
            double sum = 0;
            for (int k = 0; k < train.Length; k++)
            {
                bool right = rows[train[k]][best.Feature] > best.Threshold == labels[train[k]];
                weights[k] *= Math.Exp(right ? -vote : vote);
                sum += weights[k];
            }

            for (int k = 0; k < train.Length; k++)
            {
                weights[k] /= sum;
            }
        }

        return row => stumps.Sum(stump => row[stump.Feature] > stump.Threshold ? stump.Vote : -stump.Vote);
    }
}
