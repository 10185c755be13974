using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Decides exactly whether a face of a best-response polytope is empty: slow, and needed only where doubles cannot tell.</summary>
internal static class ExactFace
{
    internal static bool IsEmpty(BestResponsePolytope polytope, ReadOnlySpan<bool> tight)
    {
        List<int> support = [];
        for (int variable = 0; variable < polytope.Variables; variable++)
        {
            if (!tight[variable])
            {
                support.Add(variable);
            }
        }

        var program = new LinearProgram(support.Count);
        for (int constraint = 0; constraint < polytope.Constraints; constraint++)
        {
            var left = new Rational[support.Count];
            for (int i = 0; i < left.Length; i++)
            {
                left[i] = polytope.Exact[(constraint * polytope.Variables) + support[i]];
            }

            if (tight[polytope.Variables + constraint])
            {
                program.AddEquation(left, Rational.One);
            }
            else
            {
                program.AddAtMost(left, Rational.One);
            }
        }

        // Without a limit: Bland's rule ends, and an unfinished answer here would have to count as "not empty" anyway.
        return program.Solve(new WorkMeter(new WorkLimit(long.MaxValue))).State == LinearProgramState.Infeasible;
    }
}
