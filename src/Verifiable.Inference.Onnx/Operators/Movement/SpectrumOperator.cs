using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// DFT and STFT, in binary64 and converted once: bin k is the sum over n in index order of x[n] times the root of unity of number k·n mod N, whose cosine and sine are those of
/// fl(fl(2π·j) ÷ N) (the sine negated, unless inverse). A complex product is (fl(fl(a·c) − fl(b·s)), fl(fl(a·s) + fl(b·c))); an inverse is divided by N. A window is
/// multiplied before. The inverse of one side is real: the bins beyond the middle are the conjugates of those before it, and bins 0 and N ÷ 2 have no imaginary part.
/// </summary>
internal sealed class SpectrumOperator : BoundOperator
{
    private const double TwoPi = 6.283185307179586;

    private readonly bool _isShortTime;
    private readonly bool _isInverse;
    private readonly bool _isOneSided;
    private readonly bool _hasAxisInput;
    private readonly long _axis;

    private SpectrumOperator(NodeBinder binder, bool isShortTime)
    {
        _isShortTime = isShortTime;
        _hasAxisInput = !isShortTime && binder.Opset >= 20;
        binder.Arity(isShortTime ? 2 : 1, isShortTime ? 4 : _hasAxisInput ? 3 : 2);
        _isOneSided = binder.Flag("onesided", isShortTime);
        _isInverse = !isShortTime && binder.Flag("inverse");
        _axis = isShortTime ? 1 : _hasAxisInput ? -2 : binder.Int("axis", 1);
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("DFT", 17, binder => new SpectrumOperator(binder, false), floats: FloatInputs.Of(0)),
        new("STFT", 17, binder => new SpectrumOperator(binder, true), floats: FloatInputs.Of(0, 2)),
    ];

    // The inverse of one side.
    private bool IsReal => _isInverse && _isOneSided;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out Layout layout);
        double value = Sum(inputs, layout, index, j => Root(j, layout.Length));
        return ElementConversion.Convert(ElementBits.Of(value), ElementType.Float64, inputs.TypeOf(0));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        if ((Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) ?? Plan(inputs, out Layout layout)) is string fault)
        {
            return fault;
        }

        _ = Plan(inputs, out layout);
        TensorShape input = inputs.ShapeOf(0);
        ReadOnlySpan<long> lengths = input.Lengths.AsSpan();
        long[] shape = _isShortTime ? [input[0], layout.Frames, layout.Bins, 2] : [.. lengths[..layout.Axis], layout.Bins, .. lengths[(layout.Axis + 1)..^1], IsReal ? 1 : 2];
        fault = Faults.Shape(shape, out TensorShape spectrum)!;
        outputs[0] = new TensorSignature(inputs.TypeOf(0), spectrum);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        _ = Plan(new TensorInputs(inputs.ToArray()), out Layout layout);
        return outputs[0] is null or { Length: 0 } ? 0 : (Int128)layout.Length * 2 * sizeof(double);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        var reader = new TensorInputs(inputs.ToArray());
        _ = Plan(reader, out Layout layout);
        var roots = new (double Cosine, double Sine)[layout.Length];
        context.For(roots.Length, 100, (from, to) =>
        {
            for (int j = from; j < to; j++)
            {
                roots[j] = Root(j, layout.Length);
            }
        });
        int size = ElementTypes.SizeOf(output.Signature.Type);
        context.For(output.Length, 20 * layout.Length, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                ulong bits = ElementConversion.Convert(ElementBits.Of(Sum(reader, layout, i, j => roots[j])), ElementType.Float64, output.Signature.Type);
                ElementBits.Write(bits, output.Bytes.Slice(i * size, size));
            }
        });
    }

    private static double Number(OperatorInputs inputs, int input, long index) =>
        inputs.TypeOf(input) == ElementType.Float32 ? inputs.ReadSingle(input, index) : inputs.ReadDouble(input, index);

    private (double Cosine, double Sine) Root(long j, long length)
    {
        double angle = TwoPi * j / length;
        double sine = CanonicalMath.Sin(angle);
        return (CanonicalMath.Cos(angle), _isInverse ? sine : -sine);
    }

    private double Sum(OperatorInputs inputs, Layout layout, long index, Func<long, (double Cosine, double Sine)> root)
    {
        (index, long part) = Math.DivRem(index, IsReal ? 1 : 2);
        (index, long within) = Math.DivRem(index, layout.Inner);
        (index, long bin) = Math.DivRem(index, layout.Bins);
        long start = ((((index / layout.Frames * layout.Input) + (index % layout.Frames * layout.Step)) * layout.Inner) + within) * layout.Parts;
        double sum = 0.0;
        long count = IsReal ? layout.Length : Math.Min(layout.Length, layout.Input);
        for (long n = 0; n < count; n++)
        {
            long mirrored = IsReal ? Math.Min(n, layout.Length - n) : n;
            if (mirrored >= layout.Input)
            {
                n = Math.Max(n, layout.Length - layout.Input);
                continue;
            }

            long at = start + (mirrored * layout.Inner * layout.Parts);
            double a = Number(inputs, 0, at);
            double b = layout.Parts == 2 ? Number(inputs, 0, at + 1) : 0.0;
            if (IsReal)
            {
                b = n == 0 || 2 * n == layout.Length ? 0.0 : mirrored == n ? b : -b;
            }

            if (layout.HasWindow)
            {
                double window = Number(inputs, 2, n);
                (a, b) = (a * window, b * window);
            }

            (double c, double s) = root((long)((Int128)bin * n % layout.Length));
            double term = part == 0 ? (a * c) - (b * s) : (a * s) + (b * c);
            sum += term;
        }

        return _isInverse ? sum / layout.Length : sum;
    }

    private string? Plan(OperatorInputs inputs, out Layout layout)
    {
        layout = new Layout(0, 0, 1, 1, 1, 0, 1, 0, false);
        TensorShape shape = inputs.ShapeOf(0);
        long axis = _axis;
        string? fault = shape.Rank >= 2 && shape[shape.Rank - 1] is 1 or 2 ? null : $"Expected real or complex numbers [..., 1] or [..., 2], got {shape}.";
        if (fault is null && _hasAxisInput && inputs.Has(2))
        {
            fault = ShapeInputs.ReadOne(inputs, 2, out axis);
        }

        // The last axis holds the parts of a number.
        fault ??= Faults.ResolveAxis(axis, shape.Rank, false, out _);
        _ = Faults.ResolveAxis(axis, shape.Rank, false, out int resolved);
        if (fault is not null || resolved == shape.Rank - 1 || (_isShortTime && shape.Rank != 3))
        {
            return fault ?? $"Expected an axis of numbers, got axis {axis} of {shape}.";
        }

        int lengthInput = _isShortTime ? 3 : 1;
        bool hasWindow = _isShortTime && inputs.Has(2);
        long length = hasWindow ? inputs.ShapeOf(2).ElementCount : IsReal ? (2 * Math.Min(shape[resolved], int.MaxValue)) - 2 : shape[resolved];
        fault = inputs.Has(lengthInput) ? ShapeInputs.ReadOne(inputs, lengthInput, out length) : null;
        long step = 1;
        fault ??= _isShortTime ? ShapeInputs.ReadOne(inputs, 1, out step) : null;
        if (fault is null && hasWindow)
        {
            fault = Faults.RequireRank(inputs, 2, 1) ?? Faults.RequireSameType(inputs, 0, 2) ?? (inputs.ShapeOf(2)[0] == length ? null : $"Expected a window of {length} elements, got {inputs.ShapeOf(2)}.");
        }

        // Offsets of the sums do not overflow with lengths like these.
        bool fits = length is >= 1 and < int.MaxValue && step >= 1 && (!_isShortTime || length <= shape[1]);
        if (fault is not null || !fits)
        {
            return fault ?? $"Expected a length and a step of 1 or more within {shape}, got {length} and {step}.";
        }

        long inner = RowMajor.Product(shape, resolved + 1, shape.Rank - 1);
        long frames = _isShortTime ? ((shape[1] - length) / step) + 1 : 1;
        layout = new Layout(length, _isOneSided && !_isInverse ? (length / 2) + 1 : length, frames, step, inner, shape[resolved], shape[shape.Rank - 1], resolved, hasWindow);
        return null;
    }

    private sealed record Layout(long Length, long Bins, long Frames, long Step, long Inner, long Input, long Parts, int Axis, bool HasWindow);
}
