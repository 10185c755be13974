using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>MelWeightMatrix: triangles over the bins of a spectrum, between frequencies that are evenly spaced in mel, in binary64 and converted once.</summary>
internal sealed class MelWeightMatrixOperator : BoundOperator
{
    private const double NaturalLogOfTen = 2.302585092994046;

    private readonly ElementType _type;

    internal MelWeightMatrixOperator(NodeBinder binder)
    {
        binder.Arity(5, 5);
        long type = binder.Int("output_datatype", (long)ElementType.Float32);
        _type = (ElementType)Math.Clamp(type, 0, byte.MaxValue);
        if (!ElementTypes.IsKnown(_type) || _type == ElementType.Boolean)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected the number of a type of numbers, got {type}.");
        }
    }

    private protected override long ElementWork => 500;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        long bands = inputs.ReadInteger(0, 0);
        (long bin, long band) = Math.DivRem(index, bands);
        double low = Edge(inputs, band);
        double center = Edge(inputs, band + 1);
        double high = Edge(inputs, band + 2);
        double weight = 0.0;
        if (low == center)
        {
            weight = bin == center ? 1.0 : 0.0;
        }
        else if (bin >= low && bin <= center)
        {
            weight = (bin - low) / (center - low);
        }

        // The falling side holds the center.
        if (bin >= center && bin < high)
        {
            weight = (high - bin) / (high - center);
        }

        return ElementConversion.Convert(ElementBits.Of(weight), ElementType.Float64, _type);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = ShapeInputs.ReadOne(inputs, 0, out long bands) ?? ShapeInputs.ReadOne(inputs, 1, out _);
        for (int i = 2; i < 5 && fault is null; i++)
        {
            fault = ShapeInputs.RequireOne(inputs, i) ?? (i > 2 && !ElementTypes.IsFloat(inputs.TypeOf(i)) ? $"Expected a float as input {i}, got {inputs.SignatureOf(i)}." : null);
        }

        fault ??= Faults.RequireType(inputs, 2, ElementType.Int64, ElementType.Int32);
        if (fault is not null)
        {
            return fault;
        }

        long length = inputs.ReadInteger(1, 0);
        if (bands < 0 || length < 0)
        {
            return $"Expected numbers of bands and of samples of 0 or more, got {bands} and {length}.";
        }

        fault = Faults.Shape([(length / 2) + 1, bands], out TensorShape shape)!;
        outputs[0] = new TensorSignature(_type, shape);
        return fault;
    }

    // The bin, a whole number, of the edge of a triangle.
    private static double Edge(OperatorInputs inputs, long number)
    {
        double low = Mel(inputs, 3);
        double step = (Mel(inputs, 4) - low) / (inputs.ReadInteger(0, 0) + 2.0);
        double mel = (number * step) + low;
        double hertz = 700.0 * (CanonicalMath.Exp(mel / 2595.0 * NaturalLogOfTen) - 1.0);
        return Math.Floor((inputs.ReadInteger(1, 0) + 1.0) * hertz / inputs.ReadInteger(2, 0));
    }

    private static double Mel(OperatorInputs inputs, int input)
    {
        double hertz = ElementBits.ToDouble(ElementConversion.Convert(inputs.ReadBits(input, 0), inputs.TypeOf(input), ElementType.Float64));
        return 2595.0 * (CanonicalMath.Log(1.0 + (hertz / 700.0)) / NaturalLogOfTen);
    }
}
