using System.Globalization;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>Measures how far two engines' tensors are apart.</summary>
internal static class TensorDistance
{
    /// <summary>Gets ‖a − b‖ ÷ ‖a‖ over the finite elements; infinite when types, shapes, NaNs, infinities or anything but floats differ.</summary>
    /// <param name="expected">The other engine's tensor, a.</param>
    /// <param name="actual">Ours, b.</param>
    /// <param name="least">A size of elements that is added to ‖a‖ for each: differences far below it count as little, whatever the elements are.</param>
    internal static double Measure(TensorValue expected, TensorValue actual, double least = 0)
    {
        if (expected.Type != actual.Type || expected.Shape != actual.Shape)
        {
            return double.PositiveInfinity;
        }

        if (!ElementTypes.IsFloat(expected.Type))
        {
            return expected.Bytes.Span.SequenceEqual(actual.Bytes.Span) ? 0 : double.PositiveInfinity;
        }

        var left = new TensorInputs([expected]);
        var right = new TensorInputs([actual]);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double a = Widen(left.ReadBits(0, i), expected.Type);
            double b = Widen(right.ReadBits(0, i), expected.Type);
            if (a.Equals(b))
            {
                size += double.IsFinite(a) ? a * a : 0;
            }
            else if (!double.IsFinite(a) || !double.IsFinite(b))
            {
                return double.PositiveInfinity;
            }
            else
            {
                difference += (a - b) * (a - b);
                size += a * a;
            }
        }

        return difference == 0 ? 0 : Math.Sqrt(difference / (size + (least * least * expected.Length)));
    }

    /// <summary>Counts the elements whose bits differ, NaNs taken for one.</summary>
    internal static int CountOtherBits(TensorValue expected, TensorValue actual)
    {
        var left = new TensorInputs([expected]);
        var right = new TensorInputs([actual]);
        bool isFloat = ElementTypes.IsFloat(expected.Type);
        return Enumerable.Range(0, expected.Length).Count(i => left.ReadBits(0, i) != right.ReadBits(0, i)
            && !(isFloat && double.IsNaN(Widen(left.ReadBits(0, i), expected.Type)) && double.IsNaN(Widen(right.ReadBits(0, i), expected.Type))));
    }

    /// <summary>Writes one element.</summary>
    internal static string Text(TensorValue tensor, int index)
    {
        ulong bits = new TensorInputs([tensor]).ReadBits(0, index);
        return ElementTypes.IsFloat(tensor.Type)
            ? Widen(bits, tensor.Type).ToString("R", CultureInfo.InvariantCulture)
            : unchecked((long)ElementConversion.Convert(bits, tensor.Type, ElementType.Int64)).ToString(CultureInfo.InvariantCulture);
    }

    internal static double Widen(ulong bits, ElementType type) => BitConverter.UInt64BitsToDouble(ElementConversion.Convert(bits, type, ElementType.Float64));
}
