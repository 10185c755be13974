using Verifiable.Inference.Onnx.Tests.Expansions;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>Primitive operators as ONNX and canonical arithmetic say, on plain tensors: those that the models of these tests need, in the forms that they need.</summary>
internal static partial class PlainOperators
{
    /// <summary>Computes the outputs of a graph node.</summary>
    internal static PlainTensor[] Compute(PageNode node, PlainTensor?[] inputs)
    {
        PlainTensor a = inputs[0]!;
        PlainTensor B() => inputs[1]!;
        return node.OperatorType switch
        {
            "Identity" => [a],
            "Abs" => [Map(a, MathF.Abs)],
            "Neg" => [Map(a, x => -x)],
            "Relu" => [Map(a, x => x <= 0 ? 0f : x)],
            "Sqrt" => [Map(a, MathF.Sqrt)],
            "Exp" => [Map(a, PlainFunctions.Exp)],
            "Tanh" => [Map(a, PlainFunctions.Tanh)],
            "Sigmoid" => [Map(a, PlainFunctions.Sigmoid)],
            "Gelu" => [Map(a, x => (0.5f * x) * (1f + PlainFunctions.Erf(x * 0.70710678118654752440f)))],
            "Add" => [Pair(a, B(), (x, y) => x + y, (x, y) => x + y)],
            "Sub" => [Pair(a, B(), (x, y) => x - y, (x, y) => x - y)],
            "Mul" => [Pair(a, B(), (x, y) => x * y, (x, y) => x * y)],
            "Div" => [Pair(a, B(), (x, y) => x / y, (x, y) => y == 0 ? 0 : x / y)],
            "Equal" => [Compare(a, B(), (x, y) => x == y, (x, y) => x == y)],
            "Less" => [Compare(a, B(), (x, y) => x < y, (x, y) => x < y)],
            "Greater" => [Compare(a, B(), (x, y) => x > y, (x, y) => x > y)],
            "GreaterOrEqual" => [Compare(a, B(), (x, y) => x >= y, (x, y) => x >= y)],
            "Clip" => [Pair(Pair(a, B(), MathF.Max, Math.Max), inputs[2]!, MathF.Min, Math.Min)],
            "Where" => [Where(a, B(), inputs[2]!)],
            "Cast" => [Convert(a, (ElementType)node.Int("to", 0))],
            "CastLike" => [Convert(a, B().Type)],
            "Shape" => [Shape(node, a)],
            "Reshape" => [Reshape(node, a, B())],
            "Squeeze" => [a.Reshaped([.. a.Shape.Where((_, axis) => !B().Integers.Contains(axis))])],
            "Unsqueeze" => [Unsqueeze(a, B())],
            "Concat" => [Concat(node, [.. inputs.Select(input => input!)])],
            "Split" => Split(node, a, inputs.ElementAtOrDefault(1)),
            "Slice" => [Slice(a, [.. inputs.Skip(1).Select(input => input?.Integers)])],
            "Gather" => [Gather(a, B(), (int)node.Int("axis", 0))],
            "Transpose" => [Transpose(a, node.Ints("perm")!)],
            "MatMul" => [MatMul(a, B())],
            "Gemm" => [MatMul(a, node.Int("transB", 0) == 1 ? Transpose(B(), [1, 0]) : B())],
            "Range" => [PlainTensor.Of(a.Type, [.. PlainTensor.Numbers((B().Only - a.Only) / inputs[2]!.Only).Select(i => a.Only + (i * inputs[2]!.Only))], (B().Only - a.Only) / inputs[2]!.Only)],
            "Softmax" => [Rows(a, Softmax)],
            "ReduceMax" => [ReduceMax(node, a, inputs.ElementAtOrDefault(1))],
            "LayerNormalization" => Normalize(node, a, B(), inputs.ElementAtOrDefault(2)),
            "AttentionBias" => [PlainAttentionBias.Compute(node, inputs)],
            _ => throw new NotSupportedException(node.OperatorType),
        };
    }

    internal static PlainTensor Convert(PlainTensor a, ElementType type) => (a.IsFloat, type == ElementType.Float32) switch
    {
        (true, true) => a,
        (false, true) => PlainTensor.Of([.. a.Integers.Select(x => (float)x)], a.Shape),
        (false, false) => PlainTensor.Of(type, [.. a.Integers.Select(x => type switch { ElementType.Boolean => x != 0 ? 1 : 0, ElementType.Int32 => unchecked((int)x), _ => x })], a.Shape),
        _ => throw new NotSupportedException("A float to an integer."),
    };

    private static PlainTensor Map(PlainTensor a, Func<float, float> function) => PlainTensor.Of([.. a.Floats.Select(function)], a.Shape);

    private static PlainTensor Pair(PlainTensor a, PlainTensor b, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        (long[] shape, (long A, long B)[] places) = Broadcast(a.Shape, b.Shape);
        return a.IsFloat
            ? PlainTensor.Of([.. places.Select(place => floats(a.Floats[place.A], b.Floats[place.B]))], shape)
            : PlainTensor.Of(a.Type, [.. places.Select(place => integers(a.Integers[place.A], b.Integers[place.B]))], shape);
    }

    private static PlainTensor Compare(PlainTensor a, PlainTensor b, Func<float, float, bool> floats, Func<long, long, bool> integers)
    {
        (long[] shape, (long A, long B)[] places) = Broadcast(a.Shape, b.Shape);
        return PlainTensor.Of(
            ElementType.Boolean, [.. places.Select(place => (a.IsFloat ? floats(a.Floats[place.A], b.Floats[place.B]) : integers(a.Integers[place.A], b.Integers[place.B])) ? 1L : 0)], shape);
    }

    private static PlainTensor Where(PlainTensor condition, PlainTensor a, PlainTensor b)
    {
        (long[] pair, _) = Broadcast(a.Shape, b.Shape);
        (long[] shape, (long A, long B)[] places) = Broadcast(condition.Shape, pair);
        (_, (long A, long B)[] first) = Broadcast(a.Shape, shape);
        (_, (long A, long B)[] second) = Broadcast(b.Shape, shape);
        bool Holds(long i) => condition.Integers[places[i].A] != 0;
        return a.IsFloat
            ? PlainTensor.Of([.. PlainTensor.Numbers(places.Length).Select(i => Holds(i) ? a.Floats[first[i].A] : b.Floats[second[i].A])], shape)
            : PlainTensor.Of(a.Type, [.. PlainTensor.Numbers(places.Length).Select(i => Holds(i) ? a.Integers[first[i].A] : b.Integers[second[i].A])], shape);
    }

    // The common shape, and for each of its elements those of both sides.
    private static (long[] Shape, (long A, long B)[] Places) Broadcast(long[] a, long[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        long[] left = [.. Enumerable.Repeat(1L, rank - a.Length), .. a];
        long[] right = [.. Enumerable.Repeat(1L, rank - b.Length), .. b];
        long[] shape = [.. left.Zip(right, (x, y) => x == 1 ? y : y == 1 || x == y ? x : throw new InvalidOperationException("Shapes do not broadcast."))];
        return (shape, [.. PlainTensor.Numbers(PlainTensor.Count(shape)).Select(i => (Place(left, i), Place(right, i)))]);

        long Place(long[] side, long element)
        {
            long place = 0;
            long stride = 1;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                place += side[axis] == 1 ? 0 : element % shape[axis] * stride;
                element /= shape[axis];
                stride *= side[axis];
            }

            return place;
        }
    }
}
