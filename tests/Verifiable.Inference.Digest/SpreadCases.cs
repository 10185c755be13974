using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of columns that become images, of boxes in images, and of steps that go into a cache.</summary>
internal static class SpreadCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Col2Im", Col2Im),
        ("RoiAlign", RoiAlign),
        ("TensorScatter", TensorScatter),
    ];

    private static OperatorCase RoiAlign(CaseRandom random, int opset)
    {
        bool isSpecial = random.IsSpecial;
        long[] shape = [random.Between(1, 3), random.Length(3, true), random.Length(8, true), random.Length(8, true)];
        long boxes = random.Length(4, true);
        TensorValue input = random.Floats(shape);

        // Boxes of huge sides are refused.
        random.IsSpecial = false;
        TensorValue corners = random.Floats(boxes, 4);
        random.IsSpecial = isSpecial;
        List<(string, AttributeValue)> attributes =
        [
            ("output_height", AttributeValue.Of(random.Between(1, 4))), ("output_width", AttributeValue.Of(random.Between(1, 4))), ("sampling_ratio", AttributeValue.Of(random.Next(3))),
            ("mode", AttributeValue.Of(random.Coin() ? "avg" : "max")), ("spatial_scale", AttributeValue.Of(0.5f + random.Next(3))),
        ];
        if (opset >= 16 && random.Coin())
        {
            attributes.Add(("coordinate_transformation_mode", AttributeValue.Of(random.Coin() ? "half_pixel" : "output_half_pixel")));
        }

        return OperatorCase.Of(
            "RoiAlign", opset, [input, corners, TensorValue.Create([.. Enumerable.Range(0, (int)boxes).Select(_ => (long)random.Next((int)shape[0]))], boxes)], [], [.. attributes]);
    }

    private static OperatorCase Col2Im(CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        long[] block = random.Lengths(axes, axes, 3);
        long[] strides = random.Lengths(axes, axes, 3);
        long[] dilations = random.Lengths(axes, axes, 2);
        long[] pads = [.. Enumerable.Range(0, 2 * axes).Select(_ => (long)random.Next(3))];
        long[] image = [.. Enumerable.Range(0, axes).Select(axis => random.Length(4) + ((block[axis] - 1) * dilations[axis]))];
        long taps = block.Aggregate(1L, (product, length) => product * length);
        long places = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            places *= ((image[axis] + pads[axis] + pads[axis + axes] - ((block[axis] - 1) * dilations[axis]) - 1) / strides[axis]) + 1;
        }

        return OperatorCase.Of(
            "Col2Im",
            opset,
            [random.Floats(random.Length(3, true), taps * random.Length(3, true), places), TensorValue.Create(image, axes), TensorValue.Create(block, axes)],
            [0],
            ("strides", AttributeValue.Of(strides)),
            ("dilations", AttributeValue.Of(dilations)),
            ("pads", AttributeValue.Of(pads)));
    }

    private static OperatorCase TensorScatter(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 5, true);
        int axis = random.Between(1, shape.Length - 1);
        long[] update = [.. shape];
        update[axis] = random.Next((int)shape[axis] + 1);
        bool isCircular = random.Coin() && shape[axis] > 0;
        ElementType type = random.Type(CaseTypes.All);
        List<TensorValue?> inputs = [random.Tensor(type, shape), random.Tensor(type, update)];
        bool starts = random.Coin();
        if (starts)
        {
            long most = isCircular ? shape[axis] - 1 : shape[axis] - update[axis];
            inputs.Add(TensorValue.Create([.. Enumerable.Range(0, (int)shape[0]).Select(_ => (long)random.Next((int)most + 1))], shape[0]));
        }

        List<(string, AttributeValue)> attributes = [("axis", AttributeValue.Of(random.Coin() ? axis : axis - shape.Length))];
        if (isCircular)
        {
            attributes.Add(("mode", AttributeValue.Of("circular")));
        }

        return OperatorCase.Of("TensorScatter", opset, [.. inputs], starts ? [0, 1, 2] : [0, 1], [.. attributes]);
    }
}
