using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Treats products of parameters. The simplex knows a product only by its sign, which follows from the factors' signs; that can only make it keep cases that are empty. A
/// case is called failing only at a point at which the products are products, so a verdict never rests on an empty case: without such a point there is no verdict.
/// </summary>
internal static class ProductSigns
{
    private static readonly Rational[] _trials = [1, 2, new(1, 2), 3, new(1, 3), 5, 10, new(1, 10), 100, new(1, 100), 1000, 0, -1, -2, new(-1, 2), -10];

    public static void Assume(ParameterTable parameters, CaseSolver solver, ConditionPool pool)
    {
        for (int number = 0; number < parameters.Count; number++)
        {
            if (!parameters.IsProduct(number))
            {
                continue;
            }

            int sign = 1;
            bool isStrict = true;
            foreach (IGrouping<int, int> factor in parameters.FactorsOf(number).GroupBy(factor => factor))
            {
                LinearForm form = LinearForm.Parameter(factor.Key);
                bool isEven = factor.Count() % 2 == 0;
                int own = solver.StatusOf(SignLiteral.Of(form, false)) == true ? 1 : solver.StatusOf(SignLiteral.Of(-form, false)) == true ? -1 : 0;
                isStrict &= solver.StatusOf(SignLiteral.Of(form, true)) == true || solver.StatusOf(SignLiteral.Of(-form, true)) == true;
                sign *= isEven ? 1 : own;
            }

            if (sign != 0)
            {
                LinearForm product = LinearForm.Parameter(number);
                _ = solver.Assume(pool.Literal(sign > 0 ? product : -product, isStrict));
                solver.ForgetPoints();
            }
        }
    }

    /// <summary>Finds values at which the products are products and the test holds: those of the point, or others near it or of ordinary sizes.</summary>
    public static Rational[]? Repair(ParameterTable parameters, Rational[] point, Func<Rational[], bool> test)
    {
        Rational[] values = parameters.Complete(point);
        if (test(values))
        {
            return values;
        }

        int[] declared = [.. Enumerable.Range(0, parameters.Count).Where(number => !parameters.IsProduct(number))];
        ulong state = 0x9E3779B97F4A7C15;
        for (int trial = 0; trial < 4096 && parameters.HasProducts; trial++)
        {
            Rational[] next = [.. point];
            foreach (int number in declared)
            {
                // A fixed sequence of trial values: the same answer on every machine.
                state = unchecked((state * 6364136223846793005UL) + 1442695040888963407UL);
                int pick = (int)((state >> 33) % (ulong)(2 * _trials.Length));
                next[number] = pick < _trials.Length ? _trials[pick] : next[number];
            }

            values = parameters.Complete(next);
            if (test(values))
            {
                return values;
            }
        }

        return null;
    }
}
