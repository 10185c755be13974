using Verifiable.Inference.Onnx.Tests.Expansions;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>Operators that move elements, contract and reduce.</summary>
internal static partial class PlainOperators
{
    internal static PlainTensor Transpose(PlainTensor a, long[] perm)
    {
        long[] shape = [.. perm.Select(axis => a.Shape[axis])];
        long[] strides = [.. perm.Select(axis => PlainTensor.Count(a.Shape.AsSpan((int)axis + 1)))];
        return a.Pick(shape, i =>
        {
            long place = 0;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                place += i % shape[axis] * strides[axis];
                i /= shape[axis];
            }

            return place;
        });
    }

    internal static PlainTensor Stack(List<PlainTensor> values, long axis)
    {
        int place = (int)(axis < 0 ? axis + values[0].Rank + 1 : axis);
        PlainTensor list = PlainTensor.Of(ElementType.Int64, [place], 1);
        return Join([.. values.Select(value => Unsqueeze(value, list))], place);
    }

    private static PlainTensor Shape(PageNode node, PlainTensor a)
    {
        long Bound(long bound) => Math.Clamp(bound < 0 ? bound + a.Rank : bound, 0, a.Rank);
        (int start, int end) = ((int)Bound(node.Int("start", 0)), (int)Bound(node.Int("end", long.MaxValue)));
        long[] lengths = start < end ? a.Shape[start..end] : [];
        return PlainTensor.Of(ElementType.Int64, lengths, lengths.Length);
    }

    private static PlainTensor Reshape(PageNode node, PlainTensor a, PlainTensor to)
    {
        long[] shape = [.. to.Integers.Select((length, axis) => length == 0 && node.Int("allowzero", 0) == 0 ? a.Shape[axis] : length)];
        int open = Array.IndexOf(shape, -1);
        if (open >= 0)
        {
            shape[open] = a.Length / PlainTensor.Count([.. shape.Where(length => length != -1)]);
        }

        return a.Reshaped(shape);
    }

    private static PlainTensor Unsqueeze(PlainTensor a, PlainTensor axes)
    {
        int rank = a.Rank + axes.Length;
        long[] places = [.. axes.Integers.Select(axis => axis < 0 ? axis + rank : axis)];
        Queue<long> rest = new(a.Shape);
        return a.Reshaped([.. PlainTensor.Numbers(rank).Select(axis => places.Contains(axis) ? 1 : rest.Dequeue())]);
    }

    private static PlainTensor Concat(PageNode node, PlainTensor[] parts)
    {
        long axis = node.Int("axis", 0);
        return Join(parts, (int)(axis < 0 ? axis + parts[0].Rank : axis));
    }

    private static PlainTensor Join(PlainTensor[] parts, int axis)
    {
        long inner = PlainTensor.Count(parts[0].Shape.AsSpan(axis + 1));
        long outer = PlainTensor.Count(parts[0].Shape.AsSpan(0, axis));
        long[] shape = [.. parts[0].Shape];
        shape[axis] = parts.Sum(part => part.Shape[axis]);
        List<float> floats = [];
        List<long> integers = [];
        for (long row = 0; row < outer; row++)
        {
            foreach (PlainTensor part in parts)
            {
                int count = (int)(part.Shape[axis] * inner);
                floats.AddRange(part.Floats.Skip((int)row * count).Take(part.IsFloat ? count : 0));
                integers.AddRange(part.Integers.Skip((int)row * count).Take(part.IsFloat ? 0 : count));
            }
        }

        return parts[0].IsFloat ? PlainTensor.Of([.. floats], shape) : PlainTensor.Of(parts[0].Type, [.. integers], shape);
    }

    private static PlainTensor[] Split(PageNode node, PlainTensor a, PlainTensor? sizes)
    {
        int axis = (int)(node.Int("axis", 0) is < 0 and var fromEnd ? fromEnd + a.Rank : node.Int("axis", 0));
        long parts = node.Int("num_outputs", 0);
        long each = sizes is null ? (a.Shape[axis] + parts - 1) / parts : 0;
        long[] lengths = sizes?.Integers ?? [.. PlainTensor.Numbers(parts).Select(i => Math.Min(each, a.Shape[axis] - (i * each)))];
        long inner = PlainTensor.Count(a.Shape.AsSpan(axis + 1));
        long start = 0;
        List<PlainTensor> result = [];
        foreach (long length in lengths)
        {
            long first = start;
            result.Add(a.Pick([.. a.Shape[..axis], length, .. a.Shape[(axis + 1)..]], i => (((i / (length * inner) * a.Shape[axis]) + first) * inner) + (i % (length * inner))));
            start += length;
        }

        return [.. result];
    }

    // Along one axis, forwards.
    private static PlainTensor Slice(PlainTensor a, long[]?[] bounds)
    {
        int axis = (int)(bounds[2]![0] < 0 ? bounds[2]![0] + a.Rank : bounds[2]![0]);
        long step = bounds.ElementAtOrDefault(3)?[0] ?? 1;
        long start = Math.Clamp(bounds[0]![0] < 0 ? bounds[0]![0] + a.Shape[axis] : bounds[0]![0], 0, a.Shape[axis]);
        long end = Math.Clamp(bounds[1]![0] < 0 ? bounds[1]![0] + a.Shape[axis] : bounds[1]![0], 0, a.Shape[axis]);
        long length = Math.Max(0, (end - start + step - 1) / step);
        long inner = PlainTensor.Count(a.Shape.AsSpan(axis + 1));
        return a.Pick([.. a.Shape[..axis], length, .. a.Shape[(axis + 1)..]], i => (((i / (length * inner) * a.Shape[axis]) + start + (i / inner % length * step)) * inner) + (i % inner));
    }

    private static PlainTensor Gather(PlainTensor a, PlainTensor indices, int axis)
    {
        long inner = PlainTensor.Count(a.Shape.AsSpan(axis + 1));
        long count = indices.Length;
        long[] places = [.. indices.Integers.Select(index => index < 0 ? index + a.Shape[axis] : index)];
        return a.Pick([.. a.Shape[..axis], .. indices.Shape, .. a.Shape[(axis + 1)..]], i => (((i / (count * inner) * a.Shape[axis]) + places[i / inner % count]) * inner) + (i % inner));
    }

    // Stacks of matrices; the axes in front broadcast.
    private static PlainTensor MatMul(PlainTensor a, PlainTensor b)
    {
        (long rows, long length, long columns) = (a.Shape[^2], a.Shape[^1], b.Shape[^1]);
        (long[] front, (long A, long B)[] stacks) = Broadcast(a.Shape[..^2], b.Shape[..^2]);
        List<float> result = [];
        foreach ((long left, long right) in stacks)
        {
            for (long row = 0; row < rows; row++)
            {
                float[] x = a.Floats.AsSpan((int)(((left * rows) + row) * length), (int)length).ToArray();
                for (long column = 0; column < columns; column++)
                {
                    result.Add(PlainSums.Contract(x, [.. PlainTensor.Numbers(length).Select(k => b.Floats[(((right * length) + k) * columns) + column])]));
                }
            }
        }

        return PlainTensor.Of([.. result], [.. front, rows, columns]);
    }

    private static PlainTensor Rows(PlainTensor a, Func<float[], float[]> function) =>
        PlainTensor.Of([.. a.Floats.Chunk((int)Math.Max(1, a.Shape[^1])).SelectMany(function)], a.Shape);

    private static float[] Softmax(float[] row)
    {
        float largest = PlainSums.Largest(row);
        float[] e = [.. row.Select(x => PlainFunctions.Exp(x - largest))];
        float sum = PlainSums.Reduce(e);
        return [.. e.Select(x => x / sum)];
    }

    // Over the last axis, or over all of them.
    private static PlainTensor ReduceMax(PageNode node, PlainTensor a, PlainTensor? axes)
    {
        bool keeps = node.Int("keepdims", 1) == 1;
        if (axes is null)
        {
            return PlainTensor.Of([PlainSums.Largest(a.Floats)], keeps ? [.. a.Shape.Select(_ => 1L)] : []);
        }

        Assert.Equal(-1, axes.Only);
        return PlainTensor.Of([.. a.Floats.Chunk((int)a.Shape[^1]).Select(PlainSums.Largest)], keeps ? [.. a.Shape[..^1], 1] : a.Shape[..^1]);
    }

    // Over the last axis: the result, the mean, and 1 ÷ the deviation.
    private static PlainTensor[] Normalize(PageNode node, PlainTensor a, PlainTensor scale, PlainTensor? bias)
    {
        List<float> result = [];
        List<float> means = [];
        List<float> inverses = [];
        foreach (float[] row in a.Floats.Chunk((int)a.Shape[^1]))
        {
            float mean = PlainSums.Reduce(row) / row.Length;
            float[] d = [.. row.Select(x => x - mean)];
            float variance = PlainSums.Reduce([.. d.Select(x => x * x)]) / row.Length;
            float r = MathF.Sqrt(variance + node.Float("epsilon", 1e-5f));
            result.AddRange(d.Select((x, i) => bias is null ? (x / r) * scale.Floats[i] : ((x / r) * scale.Floats[i]) + bias.Floats[i]));
            means.Add(mean);
            inverses.Add(1 / r);
        }

        long[] kept = [.. a.Shape[..^1], 1];
        return [PlainTensor.Of([.. result], a.Shape), PlainTensor.Of([.. means], kept), PlainTensor.Of([.. inverses], kept)];
    }
}
