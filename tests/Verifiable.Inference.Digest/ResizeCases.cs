using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of operators that sample between elements.</summary>
internal static class ResizeCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("AffineGrid", AffineGrid),
        ("CenterCropPad", CenterCropPad),
        ("GridSample", GridSample),
        ("NonMaxSuppression", NonMaxSuppression),
        ("Resize", Resize),
        ("Upsample", Upsample),
    ];

    private static OperatorCase AffineGrid(CaseRandom random, int opset)
    {
        int axes = random.Between(2, 3);
        long[] size = [random.Length(3), random.Length(3), .. Enumerable.Range(0, axes).Select(_ => random.Length(4, true))];
        return OperatorCase.Of("AffineGrid", opset, [random.Floats(size[0], axes, axes + 1), TensorValue.Create(size, size.Length)], [], ("align_corners", AttributeValue.Of(random.Next(2))));
    }

    private static OperatorCase CenterCropPad(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), shape);
        long[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => random.Coin()).Select(axis => (long)(random.Coin() ? axis : axis - shape.Length))];
        bool isNamed = axes.Length > 0;
        long[] target = [.. Enumerable.Range(0, isNamed ? axes.Length : shape.Length).Select(_ => random.Length(8, true))];
        return isNamed
            ? OperatorCase.Of("CenterCropPad", opset, [input, TensorValue.Create(target, target.Length)], [], ("axes", AttributeValue.Of(axes)))
            : OperatorCase.Of("CenterCropPad", opset, [input, TensorValue.Create(target, target.Length)], []);
    }

    private static OperatorCase GridSample(CaseRandom random, int opset)
    {
        int axes = opset < 20 ? 2 : random.Between(1, 3);
        long[] shape = [random.Length(2), random.Length(3), .. Enumerable.Range(0, axes).Select(_ => random.Length(5))];
        long[] places = [.. Enumerable.Range(0, axes).Select(_ => random.Length(4, true))];
        string[] modes = opset < 20 ? ["bilinear", "nearest", "bicubic"] : ["linear", "nearest", "cubic"];
        return OperatorCase.Of("GridSample", opset, [random.Floats(shape), random.Floats([shape[0], .. places, axes])], [0, 1],
            ("align_corners", AttributeValue.Of(random.Next(2))), ("mode", AttributeValue.Of(modes[random.Next(3)])), ("padding_mode", AttributeValue.Of(new[] { "zeros", "border", "reflection" }[random.Next(3)])));
    }

    private static OperatorCase NonMaxSuppression(CaseRandom random, int opset)
    {
        (long batches, long classes, long boxes) = (random.Length(2), random.Length(3), random.Length(12, true));
        TensorValue most = TensorValue.Create([(long)random.Between(-1, 6)], 1);
        TensorValue overlap = TensorValue.Create([random.Next(10) / 10f], 1);
        TensorValue least = TensorValue.Create([random.Next(10) / 10f - 0.5f], default(TensorShape));
        TensorValue?[] inputs = [random.Floats(batches, boxes, 4), random.Floats(batches, classes, boxes), most, overlap, random.Coin() ? null : least];
        return OperatorCase.Of("NonMaxSuppression", opset, inputs[^1] is null ? inputs[..^1] : inputs, [], ("center_point_box", AttributeValue.Of(random.Next(2))));
    }

    private static OperatorCase Upsample(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 4);
        float[] scales = [.. shape.Select(_ => new[] { 1f, 2f, 1.5f, 3.3f }[random.Next(4)])];
        string mode = random.Coin() ? "nearest" : "linear";
        TensorValue input = random.Floats(shape);
        return opset < 9
            ? OperatorCase.Of("Upsample", opset, [input], [], ("mode", AttributeValue.Of(mode)), ("scales", AttributeValue.Of(scales)))
            : OperatorCase.Of("Upsample", opset, [input, TensorValue.Create(scales, scales.Length)], [], ("mode", AttributeValue.Of(mode)));
    }

    private static OperatorCase Resize(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6);
        string mode = new[] { "nearest", "linear", "cubic" }[random.Next(opset < 11 ? 2 : 3)];
        ElementType type = random.Coin() ? ElementType.Float32 : random.Type(CaseTypes.Numbers);
        TensorValue input = random.Tensor(type, shape);
        float[] factors = [1f, 1f, 0.5f, 0.6f, 2f, 1.7f, 3f, 0.3f];
        List<(string, AttributeValue)> attributes = [("mode", AttributeValue.Of(mode))];
        float[] scales = [.. shape.Select(length => factors[random.Next(factors.Length)])];
        if (opset < 11)
        {
            return OperatorCase.Of("Resize", opset, [input, TensorValue.Create(scales, scales.Length)], [], [.. attributes]);
        }

        string[] coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize", opset < 13 ? "tf_half_pixel_for_nn" : opset < 19 ? "half_pixel" : "half_pixel_symmetric"];
        string chosen = coordinates[random.Next(coordinates.Length)];
        attributes.Add(("coordinate_transformation_mode", AttributeValue.Of(chosen)));
        attributes.Add(("nearest_mode", AttributeValue.Of(new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" }[random.Next(4)])));
        attributes.Add(("exclude_outside", AttributeValue.Of(random.Next(2))));
        attributes.Add(("extrapolation_value", AttributeValue.Of(random.Coin() ? 0f : 7.5f)));
        int[] axes = [.. Enumerable.Range(0, shape.Length)];
        if (opset >= 18)
        {
            attributes.Add(("antialias", AttributeValue.Of(random.Next(2))));
            attributes.Add(("keep_aspect_ratio_policy", AttributeValue.Of(new[] { "stretch", "not_larger", "not_smaller" }[random.Next(3)])));
            if (random.Coin())
            {
                axes = [.. axes.Where(_ => random.Coin())];
                attributes.Add(("axes", AttributeValue.Of([.. axes.Select(axis => (long)(random.Coin() ? axis : axis - shape.Length))])));
            }
        }

        TensorValue? region = chosen != "tf_crop_and_resize"
            ? null
            : TensorValue.Create([.. axes.Select(_ => random.Next(5) / 10f), .. axes.Select(_ => 0.5f + (random.Next(7) / 10f))], 2 * axes.Length);
        if (axes.Length > 0 && random.Coin())
        {
            long[] sizes = [.. axes.Select(axis => random.Length(9))];
            return OperatorCase.Of("Resize", opset, [input, region, null, TensorValue.Create(sizes, sizes.Length)], [], [.. attributes]);
        }

        float[] some = [.. axes.Select(axis => scales[axis])];
        return OperatorCase.Of("Resize", opset, [input, region, TensorValue.Create(some, some.Length)], [], [.. attributes]);
    }
}
