using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// RoiAlign: each bin of a box is the average of samples between elements, or the largest of the four weighted elements of any sample. At most 2^24 samples of a bin
/// on an axis, and 2^32 of a channel, are looked at; a box beyond that, or of no image, fails the run, and an element of such a box is +0.
/// </summary>
internal sealed class RoiAlignOperator : BoundOperator
{
    private const double MostSamples = 4294967296.0;

    // Beyond it binary32 does not count in steps of one.
    private const double MostSamplesOfSide = 16777216.0;

    private readonly bool _averages;
    private readonly bool _halfPixel;
    private readonly long _height;
    private readonly long _width;
    private readonly long _sampling;
    private readonly float _scale;

    private RoiAlignOperator(NodeBinder binder)
    {
        binder.Arity(3, 3);
        string mode = binder.Text("mode", "avg");

        // Version 16 moved boxes by half a pixel, and brought the attribute.
        string coordinates = binder.Opset >= 16 ? binder.Text("coordinate_transformation_mode", "half_pixel") : "output_half_pixel";
        _averages = mode == "avg";
        _halfPixel = coordinates == "half_pixel";
        _height = binder.Int("output_height", 1);
        _width = binder.Int("output_width", 1);
        _sampling = binder.Int("sampling_ratio", 0);
        _scale = binder.Float("spatial_scale", 1f);
        if (mode is not ("avg" or "max") || coordinates is not ("half_pixel" or "output_half_pixel"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected the mode avg or max and half_pixel or output_half_pixel, got '{mode}' and '{coordinates}'.");
        }

        if (_height is < 1 or > int.MaxValue || _width is < 1 or > int.MaxValue || _sampling is < 0 or > int.MaxValue)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected output lengths of 1 or more and a sampling_ratio of 0 or more, got {_height}, {_width} and {_sampling}.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("RoiAlign", 10, binder => new RoiAlignOperator(binder), floats: FloatInputs.Of(0, 1));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) == ElementType.Float64
        ? ElementBits.Of(Element<double>(context, inputs, index))
        : ElementBits.Of(Element<float>(context, inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, TypeSets.Floats) ?? Faults.RequireSameType(inputs, 1, 0) ?? Faults.RequireType(inputs, 2, ElementType.Int64)
            ?? Faults.RequireRank(inputs, 0, 4) ?? Faults.RequireRank(inputs, 1, 2) ?? Faults.RequireRank(inputs, 2, 1);
        if (fault is null && (inputs.ShapeOf(1)[1] != 4 || inputs.ShapeOf(1)[0] != inputs.ShapeOf(2)[0]))
        {
            fault = $"Expected boxes of 4 numbers and an image for each, got {inputs.ShapeOf(1)} and {inputs.ShapeOf(2)}.";
        }

        fault ??= Faults.Shape([inputs.ShapeOf(2)[0], inputs.ShapeOf(0)[1], _height, _width], out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs)
    {
        var reader = new TensorInputs(inputs.ToArray());
        double samples = 0;
        for (long box = 0; box < inputs[2]!.Shape[0]; box++)
        {
            long image = reader.ReadInteger(2, box);
            if (image < 0 || image >= inputs[0]!.Shape[0])
            {
                return $"Expected images below {inputs[0]!.Shape[0]}, got {image}.";
            }

            samples += inputs[0]!.Type == ElementType.Float64 ? Samples<double>(reader, box) : Samples<float>(reader, box);
            if (!(samples <= MostSamples))
            {
                return $"Expected boxes of at most {MostSamples:F0} samples together and {MostSamplesOfSide:F0} of a bin on an axis, got more with box {box}.";
            }
        }

        return null;
    }

    private double Samples<T>(OperatorInputs inputs, long box)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Side<T> rows = Place<T>(inputs, box, 1, _height);
        Side<T> columns = Place<T>(inputs, box, 0, _width);
        (double down, double across) = (double.CreateTruncating(rows.Count), double.CreateTruncating(columns.Count));
        return down <= MostSamplesOfSide && across <= MostSamplesOfSide ? down * across * _height * _width : double.PositiveInfinity;
    }

    private T Element<T>(OperatorContext context, OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = inputs.ShapeOf(0);
        long channel = index / _width / _height % shape[1];
        long box = index / _width / _height / shape[1];
        long image = inputs.ReadInteger(2, box);
        Side<T> rows = Place<T>(inputs, box, 1, _height);
        Side<T> columns = Place<T>(inputs, box, 0, _width);
        double samples = double.CreateTruncating(rows.Count) * double.CreateTruncating(columns.Count);
        if (image < 0 || image >= shape[0] || samples == 0 || !(Samples<T>(inputs, box) <= MostSamples))
        {
            return T.Zero;
        }

        // Samples outside the image read nothing, but take time.
        inputs.RequireRoom((long)samples);
        long plane = ((image * shape[1]) + channel) * shape[2] * shape[3];
        inputs.Spend(Int128.CreateSaturating(rows.Count) * (1 + Int128.CreateSaturating(columns.Count)));
        T result = T.Zero;
        bool isFirst = true;
        for (T i = T.Zero; i < rows.Count; i += T.One)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Tap<T> row = Find(rows.At(index / _width % _height, i), shape[2]);
            for (T j = T.Zero; j < columns.Count; j += T.One)
            {
                Tap<T> column = Find(columns.At(index % _width, j), shape[3]);
                bool isOutside = row.Low < 0 || column.Low < 0;
                T Weighted(long y, long x, T weight) => isOutside ? T.Zero : weight * inputs.Read<T>(0, plane + (y * shape[3]) + x);
                T a = Weighted(row.Low, column.Low, row.LowWeight * column.LowWeight);
                T b = Weighted(row.Low, column.High, row.LowWeight * column.HighWeight);
                T c = Weighted(row.High, column.Low, row.HighWeight * column.LowWeight);
                T d = Weighted(row.High, column.High, row.HighWeight * column.HighWeight);
                T most = _averages ? T.Zero : FloatMath.Max(FloatMath.Max(FloatMath.Max(a, b), c), d);
                result = _averages ? result + (a + b + c + d) : isFirst ? most : FloatMath.Max(result, most);
                isFirst = false;
            }
        }

        T count = rows.Count * columns.Count;
        return _averages && count > T.One ? result / count : result;
    }

    // The box's side on one axis: where it starts, how long a bin is, and how many samples a bin has.
    private Side<T> Place<T>(OperatorInputs inputs, long box, int axis, long bins)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T half = T.CreateTruncating(0.5);
        T scale = T.CreateTruncating(_scale);
        T start = inputs.Read<T>(1, (box * 4) + axis) * scale;
        T end = inputs.Read<T>(1, (box * 4) + axis + 2) * scale;
        start = _halfPixel ? start - half : start;
        end = _halfPixel ? end - half : end;
        T length = _halfPixel ? end - start : FloatMath.Max(end - start, T.One);
        T bin = length / T.CreateTruncating(bins);
        return new Side<T>(start, bin, _sampling > 0 ? T.CreateTruncating(_sampling) : FloatMath.Max(T.Ceiling(bin), T.Zero));
    }

    private static Tap<T> Find<T>(T at, long length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(at >= -T.One && at <= T.CreateTruncating(length)) || length == 0)
        {
            return new Tap<T>(-1, -1, T.Zero, T.Zero);
        }

        at = at <= T.Zero ? T.Zero : at;
        long low = long.CreateTruncating(at);
        if (low >= length - 1)
        {
            return new Tap<T>(length - 1, length - 1, T.One, T.Zero);
        }

        T rest = at - T.CreateTruncating(low);
        return new Tap<T>(low, low + 1, T.One - rest, rest);
    }

    private readonly record struct Side<T>(T Start, T Bin, T Count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal T At(long bin, T sample) => Start + (T.CreateTruncating(bin) * Bin) + ((sample + T.CreateTruncating(0.5)) * Bin / Count);
    }

    private readonly record struct Tap<T>(long Low, long High, T LowWeight, T HighWeight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
