using Verifiable.Inference.Onnx.Tests.Expansions;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>The runs of one graph node with bodies, or of the steps of a recurrent cell, by section 7 of the page of expansions and section 6 of that of traces.</summary>
internal sealed class PageBodies(PageNode node, PlainTensor?[] inputs, List<PageGraph> bodies, Dictionary<string, PlainTensor> around, Dictionary<string, SortedSet<int>> layouts)
{
    internal List<(long Iteration, int Body, byte[] Trace)> Runs { get; } = [];

    internal PlainTensor[] Do() => node.OperatorType switch
    {
        "If" => Run(inputs[0]!.Only != 0 ? 1 : 0, 0, [], layouts),
        "Loop" => Loop(),
        "Scan" => Scan(),
        _ => Cell(),
    };

    private PlainTensor[] Run(int body, long iteration, PlainTensor[] fed, Dictionary<string, SortedSet<int>>? read)
    {
        PageEngine run = PageEngine.Run(bodies[body], around.Concat(bodies[body].Inputs.Zip(fed, KeyValuePair.Create)), read);
        Runs.Add((iteration, body, run.Trace));
        return run.Outputs;
    }

    // The number and the condition have no axes: no model here declares one.
    private PlainTensor[] Loop()
    {
        long most = inputs[0]?.Only ?? long.MaxValue;
        PlainTensor condition = inputs.ElementAtOrDefault(1) ?? PlainTensor.Of(ElementType.Boolean, [1]);
        PlainTensor[] carried = [.. inputs.Skip(2).Select(value => value!)];
        List<PlainTensor>[] stacks = [.. Enumerable.Range(0, bodies[0].Outputs.Length - 1 - carried.Length).Select(_ => new List<PlainTensor>())];
        for (long i = 0; i < most && condition.Only != 0; i++)
        {
            PlainTensor[] given = Run(0, i, [PlainTensor.Of(ElementType.Int64, [i]), condition.Reshaped(), .. carried], layouts);
            condition = given[0];
            carried = given[1..(1 + carried.Length)];
            for (int k = 0; k < stacks.Length; k++)
            {
                stacks[k].Add(given[1 + carried.Length + k]);
            }
        }

        return [.. carried, .. stacks.Select(stack => PlainOperators.Stack(stack, 0))];
    }

    private PlainTensor[] Scan()
    {
        int scanned = (int)node.Int("num_scan_inputs", 0);
        int states = inputs.Length - scanned;
        int stacked = bodies[0].Outputs.Length - states;
        long[] axes = node.Ints("scan_input_axes") ?? new long[scanned];
        long[] ways = node.Ints("scan_input_directions") ?? new long[scanned];
        long[] outputAxes = node.Ints("scan_output_axes") ?? new long[stacked];
        long[] outputWays = node.Ints("scan_output_directions") ?? new long[stacked];
        int Axis(int k) => (int)(axes[k] < 0 ? axes[k] + inputs[states + k]!.Rank : axes[k]);
        long length = inputs[states]!.Shape[Axis(0)];
        PlainTensor[] carried = [.. inputs.Take(states).Select(value => value!)];
        List<PlainTensor>[] stacks = [.. Enumerable.Range(0, stacked).Select(_ => new List<PlainTensor>())];
        for (long i = 0; i < length; i++)
        {
            PlainTensor[] slices = [.. Enumerable.Range(0, scanned).Select(k => inputs[states + k]!.At(Axis(k), ways[k] == 1 ? length - 1 - i : i))];
            PlainTensor[] given = Run(0, i, [.. carried, .. slices], layouts);
            carried = given[..states];
            for (int k = 0; k < stacked; k++)
            {
                stacks[k].Insert(outputWays[k] == 1 ? 0 : stacks[k].Count, given[states + k]);
            }
        }

        return [.. carried, .. stacks.Select((stack, k) => PlainOperators.Stack(stack, outputAxes[k]))];
    }

    // With the steps first: layout 0.
    private PlainTensor[] Cell()
    {
        (PlainTensor x, PlainTensor r) = (inputs[0]!, inputs[2]!);
        (long steps, long batch, long width, long units) = (x.Shape[0], x.Shape[1], x.Shape[2], r.Shape[2]);
        bool isLstm = node.OperatorType == "LSTM";
        long LengthOf(long row) => inputs.ElementAtOrDefault(4)?.Integers[row] ?? steps;
        float[] output = new float[steps * bodies.Count * batch * units];
        List<float> lastH = [];
        List<float> lastC = [];
        for (int way = 0; way < bodies.Count; way++)
        {
            PlainTensor Part(int input) => isLstm || input != 7 ? inputs.ElementAtOrDefault(input)?.At(0, way) ?? PlainTensor.Of([], 0) : PlainTensor.Of([], 0);
            PlainTensor State(int input) => inputs.ElementAtOrDefault(input)?.At(0, way) ?? PlainTensor.Of(new float[batch * units], batch, units);
            PlainTensor h = State(5);
            PlainTensor c = isLstm ? State(6) : PlainTensor.Of(new float[batch * units], batch, units);
            bool isBack = way == 1 || node.Text("direction", "forward") == "reverse";
            long Place(long row, long step) => isBack ? LengthOf(row) - 1 - step : step;
            for (long step = 0; step < steps; step++)
            {
                float[] rows = [.. PlainTensor.Numbers(batch * width).Select(i => step < LengthOf(i / width) ? x.Floats[(((Place(i / width, step) * batch) + (i / width)) * width) + (i % width)] : 0f)];
                PlainTensor active = PlainTensor.Of(ElementType.Boolean, [.. PlainTensor.Numbers(batch).Select(row => step < LengthOf(row) ? 1L : 0)], batch, 1);
                PlainTensor[] states = Run(way, (way * steps) + step, [PlainTensor.Of(rows, batch, width), h, c, active, Part(1), Part(2), Part(3), Part(7)], null);
                (h, c) = (states[0], states[1]);
                for (long row = 0; row < batch; row++)
                {
                    for (long unit = 0; step < LengthOf(row) && unit < units; unit++)
                    {
                        output[(((((Place(row, step) * bodies.Count) + way) * batch) + row) * units) + unit] = h.Floats[(row * units) + unit];
                    }
                }
            }

            lastH.AddRange(h.Floats);
            lastC.AddRange(c.Floats);
        }

        long[] last = [bodies.Count, batch, units];
        return [PlainTensor.Of(output, steps, bodies.Count, batch, units), PlainTensor.Of([.. lastH], last), PlainTensor.Of([.. lastC], last)];
    }
}
