using System.Numerics;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// GridSample: the input at the places of a grid, whose last axis holds the coordinates, that of the last axis of the input first. Interpolated along the last axis first
/// and the first axis last, each a sum of products in index order, every product and every sum rounded by itself; a tap outside is +0 where the padding is zero.
/// </summary>
internal sealed class GridSampleOperator : BoundOperator
{
    // What lies around a place grows by a power for each axis.
    private const int MostTaps = 1 << 12;

    private readonly string _mode;
    private readonly string _padding;
    private readonly bool _aligns;

    internal GridSampleOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        bool isOld = binder.Opset < 20;
        string mode = binder.Text("mode", isOld ? "bilinear" : "linear");
        _padding = binder.Text("padding_mode", "zeros");
        _aligns = binder.Flag("align_corners");
        _mode = (isOld, mode) switch
        {
            (true, "bilinear") => "linear",
            (true, "bicubic") => "cubic",
            (true, "nearest") or (false, _) => mode,
            _ => "",
        };
        if (_mode is not ("nearest" or "linear" or "cubic") || _padding is not ("zeros" or "border" or "reflection"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a mode and a padding_mode of GridSample, got '{mode}' and '{_padding}'.");
        }
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        TensorShape grid = inputs.ShapeOf(1);
        long places = RowMajor.Product(grid, 1, grid.Rank - 1);
        (long image, long place) = Math.DivRem(index, places);
        GridTaps[] taps = Taps(inputs, shape, (image / shape[1] * places) + place);
        long[] strides = RowMajor.Strides(shape);
        long start = image * RowMajor.Product(shape, 2, shape.Rank);
        return inputs.TypeOf(0) == ElementType.Float32
            ? ElementBits.Of(Along<float>(taps, strides, 0, start, at => inputs.ReadSingle(0, at)))
            : ElementBits.Of(Along<double>(taps, strides, 0, start, at => inputs.ReadDouble(0, at)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        TensorShape grid = inputs.ShapeOf(1);
        if (Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) is string fault)
        {
            return fault;
        }

        if (shape.Rank < 3 || grid.Rank != shape.Rank || grid[0] != shape[0] || grid[grid.Rank - 1] != shape.Rank - 2 || !ElementTypes.IsFloat(inputs.TypeOf(1)))
        {
            return $"Expected a grid of floats [{shape.Rank - 2} coordinates last] for {shape}, got {inputs.SignatureOf(1)}.";
        }

        if (TapCount(shape) > MostTaps)
        {
            return $"Expected at most {MostTaps} elements around a place, got {TapCount(shape)} for {shape}.";
        }

        fault = Faults.Shape([shape[0], shape[1], .. grid.Lengths.AsSpan()[1..^1]], out TensorShape sampled)!;
        outputs[0] = new TensorSignature(inputs.TypeOf(0), sampled);
        return fault is null && sampled.ElementCount > 0 && shape.ElementCount == 0 ? $"Expected elements to sample, got {shape}." : fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        if (output.Signature.Type == ElementType.Float32)
        {
            Run<float>(context, inputs.ToArray(), output);
        }
        else
        {
            Run<double>(context, inputs.ToArray(), output);
        }
    }

    private static T Along<T>(GridTaps[] taps, long[] strides, int axis, long start, Func<long, T> read)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (axis == taps.Length)
        {
            return read(start);
        }

        T sum = T.Zero;
        for (int tap = 0; tap < taps[axis].Count; tap++)
        {
            long place = taps[axis].Place(tap);
            T value = place < 0 ? T.Zero : Along(taps, strides, axis + 1, start + (place * strides[axis + 2]), read);
            T product = T.CreateTruncating(taps[axis].Weight(tap)) * value;
            sum = tap == 0 ? product : sum + product;
        }

        return sum;
    }

    private void Run<T>(OperatorContext context, TensorValue?[] inputs, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = inputs[0]!.Shape;
        TensorShape grid = inputs[1]!.Shape;
        var reader = new TensorInputs(inputs);
        long[] strides = RowMajor.Strides(shape);
        int places = (int)RowMajor.Product(grid, 1, grid.Rank - 1);
        int channels = (int)shape[1];
        long plane = RowMajor.Product(shape, 2, shape.Rank);
        ReadOnlyMemory<byte> elements = inputs[0]!.Bytes;

        // The taps of a place are the same for all channels.
        context.For(places * (int)shape[0], 100L + (10L * channels * TapCount(shape)), (from, to) =>
        {
            Span<T> y = MemoryMarshal.Cast<byte, T>(output.Bytes);
            for (int item = from; item < to; item++)
            {
                (int image, int place) = Math.DivRem(item, places);
                GridTaps[] taps = Taps(reader, shape, item);
                for (int channel = 0; channel < channels; channel++)
                {
                    long start = (((long)image * channels) + channel) * plane;
                    y[(((image * channels) + channel) * places) + place] = Along(taps, strides, 0, start, at => MemoryMarshal.Cast<byte, T>(elements.Span)[(int)at]);
                }
            }
        });
    }

    private long TapCount(TensorShape shape)
    {
        int bits = _mode switch
        {
            "nearest" => 0,
            "linear" => 1,
            _ => 2,
        };
        return 1L << (bits * (shape.Rank - 2));
    }

    private GridTaps[] Taps(OperatorInputs inputs, TensorShape shape, long place)
    {
        var taps = new GridTaps[shape.Rank - 2];
        for (int axis = 0; axis < taps.Length; axis++)
        {
            ulong bits = inputs.ReadBits(1, (place * taps.Length) + taps.Length - 1 - axis);
            float coordinate = ElementBits.ToSingle(ElementConversion.Convert(bits, inputs.TypeOf(1), ElementType.Float32));
            taps[axis] = new GridTaps(coordinate, shape[axis + 2], _mode, _padding, _aligns);
        }

        return taps;
    }
}
