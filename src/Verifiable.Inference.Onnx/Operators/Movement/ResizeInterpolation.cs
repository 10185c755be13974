using System.Numerics;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Interpolates along one axis after another, the last one first. Used by one run; its items run on many threads.</summary>
internal sealed class ResizeInterpolation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ResizePlan _plan;
    private readonly ResizeAttributes _attributes;

    internal ResizeInterpolation(ResizePlan plan, ResizeAttributes attributes)
    {
        _plan = plan;
        _attributes = attributes;
    }

    /// <summary>Computes one element by the definition.</summary>
    internal static T Element(OperatorInputs inputs, ResizePlan plan, ResizeAttributes attributes, long[] coordinates) =>
        Along(inputs, plan, attributes, coordinates, 0, 0, RowMajor.Strides(inputs.ShapeOf(0)));

    /// <summary>Counts the bytes beside the output, an element being 8 bytes at most.</summary>
    internal static Int128 ScratchBytes(TensorShape input, ResizePlan plan, ResizeAttributes attributes)
    {
        Int128 count = input.ElementCount;
        Int128 bytes = count * sizeof(double);
        foreach (ResizeAxis axis in plan.Axes.Reverse())
        {
            count = count / axis.Length * axis.Output;
            bytes += (count * sizeof(double)) + (axis.Output * ((2 * axis.TapCount(attributes)) + 2) * 2 * sizeof(float));
        }

        return bytes;
    }

    internal void Run(OperatorContext context, TensorValue input, TensorBuffer output)
    {
        ElementType type = input.Type;
        int size = ElementTypes.SizeOf(type);
        bool isOwn = ElementTypes.Of<T>() == type;
        T[] values = new T[isOwn ? 0 : input.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(ElementBits.ToSingle(ElementConversion.Convert(ElementBits.Read(input.Bytes.Span, i, size), type, ElementType.Float32)));
        }

        Memory<T> from = values;
        bool isInput = isOwn;
        int inner = 1;
        long outer = input.Length;
        for (int axis = _plan.Axes.Length - 1; axis >= 0; axis--)
        {
            ResizeAxis line = _plan.Axes[axis];
            outer /= line.Length;
            if (!line.IsSame(_attributes))
            {
                var taps = new Taps(line, _attributes);
                T[] to = new T[outer * line.Output * inner];
                ReadOnlyMemory<byte> bytes = isInput ? input.Bytes : default;
                Memory<T> source = from;
                context.For((int)outer, 2L * taps.Weights.Length * inner, (start, end) =>
                {
                    ReadOnlySpan<T> x = bytes.IsEmpty ? source.Span : MemoryMarshal.Cast<byte, T>(bytes.Span);
                    for (int item = start; item < end; item++)
                    {
                        Line(taps, x.Slice(item * (int)line.Length * inner, (int)line.Length * inner), to.AsSpan(item * (int)line.Output * inner, (int)line.Output * inner), inner);
                    }
                });
                from = to;
                isInput = false;
            }

            inner *= (int)line.Output;
        }

        if (isInput)
        {
            input.Bytes.Span.CopyTo(output.Bytes);
        }
        else if (isOwn)
        {
            MemoryMarshal.AsBytes(from.Span).CopyTo(output.Bytes);
        }
        else
        {
            for (int i = 0; i < output.Length; i++)
            {
                ulong bits = ElementConversion.Convert(ElementBits.Of(float.CreateTruncating(from.Span[i])), ElementType.Float32, type);
                ElementBits.Write(bits, output.Bytes.Slice(i * size, size));
            }
        }

        if (_attributes.HasRegion)
        {
            Extrapolate(output);
        }
    }

    private static T Along(OperatorInputs inputs, ResizePlan plan, ResizeAttributes attributes, long[] coordinates, int axis, long index, long[] strides)
    {
        if (axis == coordinates.Length)
        {
            return inputs.TypeOf(0) == ElementTypes.Of<T>()
                ? inputs.Read<T>(0, index)
                : T.CreateTruncating(ElementBits.ToSingle(ElementConversion.Convert(inputs.ReadBits(0, index), inputs.TypeOf(0), ElementType.Float32)));
        }

        ResizeAxis line = plan.Axes[axis];
        List<int> indices = [];
        List<float> weights = [];
        inputs.Spend(line.Length == line.Output ? line.Output : line.TapCount(attributes));
        if (line.IsSame(attributes))
        {
            return Along(inputs, plan, attributes, coordinates, axis + 1, index + (coordinates[axis] * strides[axis]), strides);
        }

        line.AddTaps(attributes, coordinates[axis], indices, weights);
        T sum = T.Zero;
        for (int i = 0; i < indices.Count; i++)
        {
            T product = T.CreateTruncating(weights[i]) * Along(inputs, plan, attributes, coordinates, axis + 1, index + (indices[i] * strides[axis]), strides);
            sum = i == 0 ? product : sum + product;
        }

        return sum;
    }

    private static void Line(Taps taps, ReadOnlySpan<T> x, Span<T> y, int inner)
    {
        for (int o = 0; inner == 1 && o < y.Length; o++)
        {
            int first = taps.Starts[o];
            T sum = taps.Weights[first] * x[taps.Indices[first]];
            for (int tap = first + 1; tap < taps.Starts[o + 1]; tap++)
            {
                sum += taps.Weights[tap] * x[taps.Indices[tap]];
            }

            y[o] = sum;
        }

        for (int o = 0; inner > 1 && o + 1 < taps.Starts.Length; o++)
        {
            Span<T> row = y.Slice(o * inner, inner);
            for (int tap = taps.Starts[o]; tap < taps.Starts[o + 1]; tap++)
            {
                Accumulate(x.Slice(taps.Indices[tap] * inner, inner), taps.Weights[tap], row, tap == taps.Starts[o]);
            }
        }
    }

    private static void Accumulate(ReadOnlySpan<T> x, T weight, Span<T> y, bool isFirst)
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var factor = new Vector<T>(weight);
            for (; i + Vector<T>.Count <= y.Length; i += Vector<T>.Count)
            {
                Vector<T> product = new Vector<T>(x[i..]) * factor;
                (isFirst ? product : new Vector<T>(y[i..]) + product).CopyTo(y[i..]);
            }
        }

        for (; i < y.Length; i++)
        {
            T product = weight * x[i];
            y[i] = isFirst ? product : y[i] + product;
        }
    }

    private void Extrapolate(TensorBuffer output)
    {
        TensorShape shape = output.Signature.Shape;
        ElementType type = output.Signature.Type;
        int size = ElementTypes.SizeOf(type);
        ulong value = ElementConversion.Convert(ElementBits.Of(_attributes.Extrapolation), ElementType.Float32, type);
        long[] strides = RowMajor.Strides(shape);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            for (int i = 0; i < shape[axis]; i++)
            {
                if (!_plan.Axes[axis].IsOutside(_attributes, _plan.Axes[axis].Coordinate(_attributes, i)))
                {
                    continue;
                }

                int block = (int)strides[axis] * size;
                for (long start = (long)i * block; start < output.Bytes.Length; start += block * shape[axis])
                {
                    ElementFill.Run(output.Bytes.Slice((int)start, block), value, size);
                }
            }
        }
    }

    private sealed class Taps
    {
        internal Taps(ResizeAxis axis, ResizeAttributes attributes)
        {
            List<int> indices = [];
            List<float> weights = [];
            Starts = new int[axis.Output + 1];
            for (int i = 0; i < axis.Output; i++)
            {
                axis.AddTaps(attributes, i, indices, weights);
                Starts[i + 1] = indices.Count;
            }

            Indices = [.. indices];
            Weights = new T[weights.Count];
            for (int i = 0; i < Weights.Length; i++)
            {
                Weights[i] = T.CreateTruncating(weights[i]);
            }
        }

        internal int[] Starts { get; }

        internal int[] Indices { get; }

        internal T[] Weights { get; }
    }
}
