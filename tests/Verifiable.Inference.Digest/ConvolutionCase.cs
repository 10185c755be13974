using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>One convolution of fixed shapes. Where weights are constant, an earlier convolution of another shape may have packed them.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Input">The input's shape.</param>
/// <param name="Weights">The shape of the weights.</param>
public sealed record ConvolutionCase(string Name, long[] Input, long[] Weights)
{
    // Products of two such numbers lie around the least subnormal number, 2^−149.
    private static readonly float _tiny = MathF.ScaleB(1f, -72);
    private static readonly float _underflow = MathF.ScaleB(1f, -20);

    private static readonly uint[] _special =
    [
        0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 0xFFC0_0000, 0xFFC1_2345, 0x7F80_0001, 0xFFFF_FFFF, 0x0000_0000, 0x8000_0000, 0x0000_0001, 0x8000_0001, 0x007F_FFFF, 0x0080_0000,
        0x7F7F_FFFF, 0xFF7F_FFFF, 0x0000_0000, 0x8000_0000,
    ];

    /// <summary>Gets what the numbers are drawn by.</summary>
    public ulong Seed { get; init; }

    public int Groups { get; init; } = 1;

    /// <summary>Gets the strides; none for the operator's own.</summary>
    public long[] Strides { get; init; } = [];

    /// <summary>Gets the padding; none for the operator's own.</summary>
    public long[] Pads { get; init; } = [];

    /// <summary>Gets the dilations; none for the operator's own.</summary>
    public long[] Dilations { get; init; } = [];

    public bool HasBias { get; init; } = true;

    /// <summary>Gets a value indicating whether weights and bias are known before the first run.</summary>
    public bool AreWeightsConstant { get; init; } = true;

    /// <summary>Gets the shape of the input for which the weights are packed; none for that of <see cref="Input"/>.</summary>
    public long[] Before { get; init; } = [];

    /// <summary>Makes the operator's inputs.</summary>
    public OperatorCase Make(CaseNumbers numbers)
    {
        var random = new CaseRandom((Seed * 3) + (ulong)numbers);
        TensorValue?[] inputs = [Draw(random, numbers, 311, Input), Draw(random, numbers, 211, Weights), HasBias ? Draw(random, numbers, 7, [Weights[0]]) : null];
        List<(string, AttributeValue)> attributes = [("group", AttributeValue.Of((long)Groups))];
        foreach ((string name, long[] values) in new[] { ("strides", Strides), ("pads", Pads), ("dilations", Dilations) })
        {
            if (values.Length > 0)
            {
                attributes.Add((name, AttributeValue.Of(values)));
            }
        }

        return OperatorCase.Of("Conv", 13, HasBias ? inputs : inputs[..2], [], [.. attributes]);
    }

    /// <summary>Binds the operator; the convolution that is to pack the weights has run then.</summary>
    public BoundOperator Bind(OperatorCase sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        BoundOperator bound = sample.Bind(AreWeightsConstant);
        if (Before.Length > 0)
        {
            _ = OperatorCase.Compute(bound, new OperatorContext(), [new CaseRandom(Seed).Floats(Before), .. sample.Inputs.AsSpan(1)], 1);
        }

        return bound;
    }

    /// <summary>Tells how the processor computes it: "taps", "in place", "rows", "columns" or "direct".</summary>
    public string Path()
    {
        ConvPlan plan = Plan(Input);
        ConvForm form = plan.Form == ConvForm.Direct || Before.Length == 0 ? plan.Form : Plan(Before).Form;
        return form switch
        {
            ConvForm.Direct => "direct",
            ConvForm.PlacesAreColumns => "columns",
            _ => plan.IsTapByTap ? "taps" : plan.ReadsRowsInPlace ? "in place" : "rows",
        };
    }

    public override string ToString() => Name;

    private static TensorValue Draw(CaseRandom random, CaseNumbers numbers, int oneIn, long[] lengths)
    {
        TensorValue plain = random.Floats(lengths);
        if (numbers == CaseNumbers.Plain)
        {
            return plain;
        }

        // Signs by the first axis, so that some output channels are made of negative products alone.
        float[] values = plain.AsSpan<float>().ToArray();
        int each = Math.Max(1, values.Length / (int)lengths[0]);
        for (int i = 0; i < values.Length; i++)
        {
            int line = i / each;
            if (numbers == CaseNumbers.Special)
            {
                values[i] = random.Next(oneIn) == 0 ? BitConverter.UInt32BitsToSingle(_special[random.Next(_special.Length)]) : values[i];
            }
            else if (lengths.Length == 1)
            {
                values[i] = line % 3 == 0 ? -0f : line % 3 == 1 ? 0f : values[i] * _tiny * _tiny;
            }
            else
            {
                float sized = MathF.Abs(values[i]) * _tiny * (line % 4 == 3 ? _underflow : 1f);
                values[i] = line % 4 == 2 ? values[i] * _tiny : line % 2 == 1 ? -sized : sized;
            }
        }

        return TensorValue.Create(values, lengths);
    }

    private ConvPlan Plan(long[] input)
    {
        int axes = input.Length - 2;
        var window = new WindowPlan(axes);
        for (int axis = 0; axis < axes; axis++)
        {
            (long before, long after) = Pads.Length == 0 ? (0, 0) : (Pads[axis], Pads[axes + axis]);
            (long stride, long dilation) = (Strides.Length == 0 ? 1 : Strides[axis], Dilations.Length == 0 ? 1 : Dilations[axis]);
            (long length, long kernel) = (input[axis + 2], Weights[axis + 2]);
            window.Set(axis, length, kernel, ((length + before + after - ((kernel - 1) * dilation) - 1) / stride) + 1, stride, dilation, before, after);
        }

        return new ConvPlan(window, new TensorShape(input), new TensorShape(Weights), Groups);
    }
}
