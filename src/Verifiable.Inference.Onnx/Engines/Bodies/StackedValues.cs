using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Values of one shape from iterations, which become one tensor along a new axis. Used by one thread.</summary>
internal sealed class StackedValues
{
    private readonly BodyRun _run;
    private readonly long _axis;
    private readonly bool _isReversed;
    private readonly bool _isWanted;
    private readonly List<TensorValue> _values = [];
    private TensorSignature? _signature;

    /// <summary>Creates an empty stack.</summary>
    /// <param name="run">The run, for its limits.</param>
    /// <param name="axis">The place of the new axis; from the end where it is negative.</param>
    /// <param name="isReversed">Whether the last iteration comes first.</param>
    /// <param name="isWanted">Whether anybody wants the tensor.</param>
    internal StackedValues(BodyRun run, long axis, bool isReversed, bool isWanted)
    {
        _run = run;
        _axis = axis;
        _isReversed = isReversed;
        _isWanted = isWanted;
    }

    /// <summary>Takes the value of the next iteration, which the run holds; lets go of it where nobody wants it.</summary>
    internal void Add(TensorValue value)
    {
        TensorSignature signature = new(value.Type, value.Shape);
        if (_signature is { } first && first != signature)
        {
            throw _run.Fault($"expected values of one type and shape from all iterations, got {first} and {signature}");
        }

        _signature = signature;
        if (_isWanted)
        {
            _values.Add(value);
        }
        else
        {
            _run.LetGo(BodyRun.BytesOf(value));
        }
    }

    /// <summary>Makes the tensor.</summary>
    /// <param name="declared">What the body declares, for the shape where there was no iteration: lengths that it leaves open are 0.</param>
    internal TensorValue ToValue(GraphValue declared)
    {
        TensorSignature each = _signature ?? Declared(declared);
        List<long> lengths = [.. each.Shape.Lengths];
        long axis = _axis < 0 ? _axis + lengths.Count + 1 : _axis;
        if (axis < 0 || axis > lengths.Count)
        {
            throw _run.Fault($"expected an axis of a tensor of rank {lengths.Count + 1}, got {_axis}");
        }

        lengths.Insert((int)axis, _values.Count);
        if (!TensorShape.TryCreate([.. lengths], out TensorShape shape))
        {
            throw _run.Fault($"expected at most {TensorShape.MaxRank} axes, got [{string.Join(", ", lengths)}]");
        }

        TensorSignature signature = new(each.Type, shape);
        _run.Require(signature);
        byte[] bytes = new byte[ExecutionPlan.BytesOf(signature)];
        int inner = ElementTypes.SizeOf(each.Type);
        for (int i = (int)axis; i < each.Shape.Rank; i++)
        {
            inner = checked((int)(inner * each.Shape[i]));
        }

        int count = _values.Count;
        for (int i = 0; i < count && inner > 0; i++)
        {
            ReadOnlySpan<byte> from = _values[_isReversed ? count - 1 - i : i].Bytes.Span;
            for (int outer = 0; outer < from.Length / inner; outer++)
            {
                from.Slice(outer * inner, inner).CopyTo(bytes.AsSpan(((outer * count) + i) * inner));
            }
        }

        foreach (TensorValue value in _values)
        {
            _run.LetGo(BodyRun.BytesOf(value));
        }

        _values.Clear();
        return TensorValue.Take(each.Type, shape, bytes);
    }

    private TensorSignature Declared(GraphValue declared)
    {
        if (declared.Type == ElementType.None || !declared.IsRankKnown)
        {
            throw _run.Fault($"expected at least one iteration, or a body that declares type and rank of '{declared.Name}', got neither");
        }

        return new TensorSignature(declared.Type, new TensorShape([.. declared.Dimensions.Select(dimension => dimension.IsFixed ? dimension.Length : 0)]));
    }
}
