using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Runs a recurrent cell step by step for somebody who watches, by the canonical expansion of a step, and requires that the states are those that the fast form gave.</summary>
internal static class RecurrentSteps
{
    /// <summary>Runs all steps of all directions.</summary>
    /// <param name="run">The run of the graph node.</param>
    /// <param name="outputs">What the fast form gave; <see langword="null"/> where nobody wants an output.</param>
    internal static void Run(BodyRun run, ReadOnlySpan<TensorValue?> outputs)
    {
        if (Input(run, 0)!.Type == ElementType.Float64)
        {
            Run<double>(run, outputs);
        }
        else
        {
            Run<float>(run, outputs);
        }
    }

    private static void Run<T>(BodyRun run, ReadOnlySpan<TensorValue?> outputs)
        where T : unmanaged, INumber<T>
    {
        GraphNode node = run.Node;
        TensorValue x = Input(run, 0)!;
        bool batchFirst = node.OpsetVersion >= 14 && node.GetInt("layout", 0) == 1;
        string direction = node.GetText("direction", "forward");
        TensorValue recurrence = Input(run, 2)!;
        var layout = new RecurrentLayout(x.Shape[batchFirst ? 1 : 0], x.Shape[batchFirst ? 0 : 1], x.Shape[2], direction == "bidirectional" ? 2 : 1, recurrence.Shape[2], batchFirst);
        if (layout.Batch == 0 || layout.Units == 0)
        {
            return;
        }

        ReadOnlySpan<int> stated = Input(run, 4) is TensorValue given ? given.AsSpan<int>() : [];
        for (int way = 0; way < layout.Directions; way++)
        {
            TensorValue h = State<T>(run, Input(run, 5), layout, way);
            TensorValue c = State<T>(run, node.OperatorType == "LSTM" ? Input(run, 6) : null, layout, way);
            TensorValue w = Part<T>(Input(run, 1), way);
            TensorValue r = Part<T>(recurrence, way);
            TensorValue b = Part<T>(Input(run, 3), way);
            TensorValue p = Part<T>(node.OperatorType == "LSTM" ? Input(run, 7) : null, way);
            long held = BodyRun.BytesOf(h) + BodyRun.BytesOf(c);
            long fed = x.Bytes.Length / Math.Max(1, layout.Steps);
            for (int step = 0; step < layout.Steps; step++)
            {
                run.Hold(fed);
                bool[] active = new bool[layout.Batch];
                T[] rows = new T[layout.Batch * layout.Width];
                for (int row = 0; row < active.Length; row++)
                {
                    int length = stated.IsEmpty ? (int)layout.Steps : stated[row];
                    active[row] = step < length;
                    if (active[row])
                    {
                        long place = direction == "reverse" || way == 1 ? length - 1 - step : step;
                        x.AsSpan<T>().Slice((int)(layout.InputRow(place, row) * layout.Width), (int)layout.Width).CopyTo(rows.AsSpan(row * (int)layout.Width));
                    }
                }

                TensorValue[] states = run.Run(
                    way,
                    (way * layout.Steps) + step,
                    [TensorValue.Create<T>(rows, new TensorShape(layout.Batch, layout.Width)), h, c, TensorValue.Create(active, active.Length, 1), w, r, b, p]);
                (h, c) = (states[0], states[1]);
                run.LetGo(fed + held);
                held = BodyRun.BytesOf(states);
            }

            run.LetGo(held);

            Require<T>(run, outputs, 1, h, layout, way);
            if (node.OperatorType == "LSTM")
            {
                Require<T>(run, outputs, 2, c, layout, way);
            }
        }
    }

    // 16-bit floats are widened, as the cell does.
    private static TensorValue? Input(BodyRun run, int input) => !run.Node.HasInput(input) ? null
        : StorageOperator.IsStorage(run.Inputs[input]!.Type) ? Widen(run, run.Inputs[input]!) : run.Inputs[input];

    private static TensorValue Widen(BodyRun run, TensorValue value)
    {
        run.Hold(2L * value.Bytes.Length);
        return StorageOperator.Widen(value);
    }

    private static TensorValue Part<T>(TensorValue? all, int way)
        where T : unmanaged
    {
        if (all is null)
        {
            return TensorValue.Create<T>([], new TensorShape(0));
        }

        TensorShape shape = new([.. all.Shape.Lengths.Skip(1)]);
        int size = all.Bytes.Length / (int)all.Shape[0];
        return TensorValue.Take(all.Type, shape, all.Bytes.Slice(way * size, size));
    }

    private static TensorValue State<T>(BodyRun run, TensorValue? initial, RecurrentLayout layout, int way)
        where T : unmanaged
    {
        long units = layout.Batch * layout.Units;
        run.Hold(BodyRun.BytesOf(units * Unsafe.SizeOf<T>()));
        T[] state = new T[units];
        for (int row = 0; initial is not null && row < layout.Batch; row++)
        {
            initial.AsSpan<T>().Slice((int)(layout.StateRow(way, row) * layout.Units), (int)layout.Units).CopyTo(state.AsSpan(row * (int)layout.Units));
        }

        return TensorValue.Create<T>(state, new TensorShape(layout.Batch, layout.Units));
    }

    private static void Require<T>(BodyRun run, ReadOnlySpan<TensorValue?> outputs, int output, TensorValue state, RecurrentLayout layout, int way)
        where T : unmanaged
    {
        // A 16-bit output was rounded.
        if (output >= outputs.Length || outputs[output] is not TensorValue given || StorageOperator.IsStorage(given.Type))
        {
            return;
        }

        for (int row = 0; row < layout.Batch; row++)
        {
            ReadOnlySpan<T> expected = given.AsSpan<T>().Slice((int)(layout.StateRow(way, row) * layout.Units), (int)layout.Units);
            if (!MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(state.AsSpan<T>().Slice(row * (int)layout.Units, (int)layout.Units))))
            {
                throw run.Fault("the steps and the whole of a recurrent cell differ");
            }
        }
    }
}
