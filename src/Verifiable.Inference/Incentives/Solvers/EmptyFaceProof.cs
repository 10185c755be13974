namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Proves with directed bounds that a face of a best-response polytope has no point at which a further label is zero. Multipliers come from a dictionary in doubles and need not be right:
/// whatever they are, the bound that is derived from them holds, because every variable lies between known bounds (Neumaier and Shcherbina, "Safe bounds in linear and mixed-integer
/// linear programming", Mathematical Programming 99, 2004, section 3). Not thread-safe.
/// </summary>
internal sealed class EmptyFaceProof(BestResponsePolytope polytope)
{
    private const double Unit = 1.1102230246251565e-16;

    private readonly double[] _sums = new double[polytope.Variables];
    private readonly double[] _multipliers = new double[polytope.Constraints];

    /// <summary>Says whether the label is certainly above zero wherever all tight labels are zero. Labels are local: variables first, then constraints.</summary>
    internal bool Proves(FloatDictionary dictionary, int label, ReadOnlySpan<bool> tight)
    {
        if (dictionary.IsNonbasic(label))
        {
            return false;
        }

        int variables = polytope.Variables;
        Span<double> sums = _sums;
        Span<double> multipliers = _multipliers;
        multipliers.Clear();
        ReadOnlySpan<double> coefficients = dictionary.Coefficients(label);
        ReadOnlySpan<int> nonbasic = dictionary.Nonbasic;
        for (int column = 0; column < nonbasic.Length; column++)
        {
            int other = nonbasic[column];
            if (other >= variables)
            {
                // A slack that is not fixed is only known not to be negative.
                multipliers[other - variables] = tight[other] ? coefficients[column] : Math.Max(coefficients[column], 0);
            }
        }

        // label = c0 + Σ c_j s_j + Σ r_i z_i, with s_j = 1 − Σ_i M_ji z_i: solved for r and c0.
        double constant = 0;
        double constantSize = 1;
        sums.Clear();
        if (label < variables)
        {
            sums[label] = 1;
        }
        else
        {
            multipliers[label - variables] -= 1;
        }

        int used = 2;
        double size = 0;
        for (int constraint = 0; constraint < multipliers.Length; constraint++)
        {
            double multiplier = multipliers[constraint];
            if (multiplier == 0)
            {
                continue;
            }

            used++;
            constant -= multiplier;
            constantSize += Math.Abs(multiplier);
            size += Math.Abs(multiplier);
            ReadOnlySpan<double> row = polytope.Rounded.AsSpan(constraint * variables, variables);
            for (int i = 0; i < row.Length; i++)
            {
                sums[i] += multiplier * row[i];
            }
        }

        // Entries are at most 2 and carry half a unit; a sum of k products carries less than (k + 3) units of the sum of sizes.
        double relative = 4 * (used + 3) * Unit;
        double slack = relative * ((2 * size) + 1);
        double bound = constant - (relative * constantSize);
        double lost = 0;
        for (int i = 0; i < variables; i++)
        {
            if (!tight[i])
            {
                double least = sums[i] - slack;
                if (!(least >= 0))
                {
                    lost -= least * polytope.Bounds[i];
                }
            }
        }

        return bound - (lost * (1 + (4 * (variables + 3) * Unit))) > 1e-300;
    }
}
