using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// Finds chains: graph nodes that work element by element and follow one that hands over completed runs of its output, so that the values between them need not be
/// stored. No bit depends on it: each graph node computes what it would compute alone.
/// </summary>
internal static class ChainPlan
{
    /// <summary>Joins graph nodes to chains.</summary>
    /// <param name="program">The program.</param>
    /// <param name="plan">Its shapes.</param>
    /// <param name="stored">Tells which graph nodes' outputs must be stored because somebody watches them.</param>
    internal static void Join(CanonicalProgram program, ShapePlan plan, Func<int, bool> stored)
    {
        List<PlannedStep> steps = plan.Steps;

        // The position at which a place is filled, −1 before the run; and the head of the chain that fills it.
        int[] filled = new int[program.Constants.Length];
        for (int place = 0; place < filled.Length; place++)
        {
            filled[place] = -1;
        }

        for (int i = 0; i < steps.Count; i++)
        {
            PlannedStep step = steps[i];
            if (step.Kind == PlannedStepKind.Folded)
            {
                continue;
            }

            int head = step.Kind == PlannedStepKind.Planned && step.Outputs.Length == 1 && step.Outputs[0].Type == ElementType.Float32
                ? FindHead(program, plan, filled, stored, i, out int followed)
                : NoHead(out followed);
            if (head >= 0)
            {
                step.Head = head;
                steps[head].Followers.Add((i, followed));
            }

            foreach (int place in step.Step.Outputs)
            {
                if (place >= 0)
                {
                    filled[place] = head >= 0 ? head : i;
                }
            }
        }
    }

    private static int NoHead(out int followed)
    {
        followed = -1;
        return -1;
    }

    // Finds the latest chain that the graph node can join: all its other inputs must be there before the chain starts.
    private static int FindHead(CanonicalProgram program, ShapePlan plan, int[] filled, Func<int, bool> stored, int index, out int followed)
    {
        CanonicalStep step = plan.Steps[index].Step;
        followed = -1;
        int latest = -1;
        for (int input = 0; input < step.Inputs.Length; input++)
        {
            int place = step.Inputs[input];
            if (place >= 0 && filled[place] > latest)
            {
                latest = filled[place];
                followed = input;
            }
        }

        if (latest < 0 || plan.Steps[latest] is not { Kind: PlannedStepKind.Planned } head || !head.Step.Operator.FinishesOutput || head.Outputs.Length != 1)
        {
            return -1;
        }

        int tail = head.Followers.Count > 0 ? head.Followers[^1].Index : latest;
        PlannedStep last = plan.Steps[tail];
        bool fits = step.Inputs[followed] == last.Step.Outputs[0] && program.Uses[last.Step.Outputs[0]] == 1 && !stored(tail)
            && last.Outputs[0] == plan.Steps[index].Outputs[0] && step.Operator.CanFollow(followed);
        for (int input = 0; fits && input < step.Inputs.Length; input++)
        {
            int place = step.Inputs[input];
            fits = input == followed || place < 0 || filled[place] < latest;
        }

        return fits ? latest : -1;
    }
}
