using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Gemm. With alpha = beta = 1 a contraction whose bias is C, broadcast; otherwise <c>fl(fl(alpha·r) + fl(beta·C))</c> with r the contraction without bias, and
/// <c>fl(alpha·r)</c> without C. Integers wrap, and take integral factors only.
/// </summary>
internal sealed class GemmOperator : BoundOperator
{
    private static readonly ElementType[] _floats = [ElementType.Float32, ElementType.Float64];
    private static readonly ElementType[] _numbers = [.. _floats, ElementType.Int32, ElementType.Int64, ElementType.UInt32, ElementType.UInt64];

    private readonly ElementType[] _types;
    private readonly float _alpha;
    private readonly float _beta;
    private readonly bool _leftTransposed;
    private readonly bool _rightTransposed;
    private readonly PackedMatrix? _packed;
    private readonly MatMulPlanCell _plans;

    private GemmOperator(NodeBinder binder)
    {
        binder.Arity(binder.Opset >= 11 ? 2 : 3, 3);
        _alpha = binder.Float("alpha", 1f);
        _beta = binder.Float("beta", 1f);
        _leftTransposed = binder.Flag("transA");
        _rightTransposed = binder.Flag("transB");
        _packed = binder.Pack(1, _rightTransposed);
        _plans = new MatMulPlanCell(_leftTransposed, _rightTransposed, merges: false);

        // Version 9 brought integers.
        bool isIntegral = MathF.Truncate(_alpha) == _alpha && MathF.Truncate(_beta) == _beta && MathF.Abs(_alpha) <= int.MaxValue && MathF.Abs(_beta) <= int.MaxValue;
        _types = binder.Opset < 9 || !isIntegral ? _floats : _numbers;
    }

    internal static OperatorDefinition Definition { get; } = new("Gemm", 7, binder => new GemmOperator(binder), floats: FloatInputs.All);

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) switch
    {
        ElementType.Float32 => Element<float>(inputs, index),
        ElementType.Float64 => Element<double>(inputs, index),
        ElementType.Int32 => Element<int>(inputs, index),
        ElementType.UInt32 => Element<uint>(inputs, index),
        ElementType.Int64 => Element<long>(inputs, index),
        _ => Element<ulong>(inputs, index),
    };

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Faults.RequireType(inputs, 0, _types) ?? Faults.RequireSameType(inputs, 1, 0)
            ?? Faults.RequireRank(inputs, 0, 2) ?? Faults.RequireRank(inputs, 1, 2);
        if (fault is not null)
        {
            return fault;
        }

        TensorShape shape = default;
        fault = MatMulPlan.Make(inputs.ShapeOf(0), inputs.ShapeOf(1), _leftTransposed, _rightTransposed, out MatMulPlan plan) ?? Faults.Shape(plan.Output, out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        if (fault is null && inputs.Has(2))
        {
            fault = Faults.RequireSameType(inputs, 2, 0) ?? Broadcast.Combine(inputs.ShapeOf(2), shape, out TensorShape combined)
                ?? (combined == shape ? null : $"Expected a bias that broadcasts to {shape}, got {inputs.ShapeOf(2)}.");
        }

        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        MatMulPlan plan = Plan(inputs);
        return inputs[0]!.Type == ElementType.Float32 ? MatrixProduct.ScratchBytes(plan, _packed is not null, threads) : NumberProduct<double>.ScratchBytes(plan, threads);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        (TensorValue left, TensorValue right) = (inputs[0]!, inputs[1]!);
        TensorValue? bias = inputs.Length > 2 ? inputs[2] : null;
        MatMulPlan plan = Plan(inputs);
        switch (left.Type)
        {
            case ElementType.Float32:
                GemmBias? shift = bias is null ? null : new GemmBias(bias, (int)plan.Columns);
                bool first = BiasGoesFirst(bias is not null);
                bool scales = !first && (bias is not null || _alpha != 1f);
                new MatrixProduct(context, plan, left.Bytes, right.Bytes, output)
                {
                    Packed = _packed,
                    Bias = first ? shift : null,
                    Scale = scales ? new GemmBias.Scale(_alpha, _beta, shift) : null,
                }.Run();
                break;
            case ElementType.Float64: Run<double>(context, plan, left, right, bias, output); break;
            case ElementType.Int32: Run<int>(context, plan, left, right, bias, output); break;
            case ElementType.UInt32: Run<uint>(context, plan, left, right, bias, output); break;
            case ElementType.Int64: Run<long>(context, plan, left, right, bias, output); break;
            default: Run<ulong>(context, plan, left, right, bias, output); break;
        }
    }

    private ulong Element<T>(OperatorInputs inputs, long index)
        where T : unmanaged, INumber<T>
    {
        _ = MatMulPlan.Make(inputs.ShapeOf(0), inputs.ShapeOf(1), _leftTransposed, _rightTransposed, out MatMulPlan plan);
        bool hasBias = inputs.Has(2);
        T bias = hasBias ? ElementBits.To<T>(inputs.ReadBits(2, GemmBias.IndexOf(inputs.ShapeOf(2), plan.Columns, index))) : T.Zero;
        bool first = BiasGoesFirst(hasBias);
        T result = NumberProduct<T>.Element(inputs, plan, index, first ? bias : null);
        return ElementBits.Of(first ? result : Scale(result, bias, hasBias));
    }

    private void Run<T>(OperatorContext context, MatMulPlan plan, TensorValue left, TensorValue right, TensorValue? bias, TensorBuffer output)
        where T : unmanaged, INumber<T>
    {
        T BiasOf(int index) => bias is null ? T.Zero : bias.AsSpan<T>()[(int)GemmBias.IndexOf(bias.Shape, plan.Columns, index)];
        bool first = BiasGoesFirst(bias is not null);
        NumberProduct<T>.Run(context, plan, left, right, output, first ? BiasOf : null, first ? null : (result, index) => Scale(result, BiasOf(index), bias is not null));
    }

    private bool BiasGoesFirst(bool hasBias) => hasBias && _alpha == 1f && _beta == 1f;

    // Factors are numbers of the type: exact for binary64, and for integers, which take integral ones only.
    private T Scale<T>(T result, T bias, bool hasBias)
        where T : unmanaged, INumber<T>
    {
        T scaled = _alpha == 1f ? result : unchecked(Factor<T>(_alpha) * result);
        return hasBias ? unchecked(scaled + (Factor<T>(_beta) * bias)) : scaled;
    }

    private static T Factor<T>(float value)
        where T : unmanaged, INumber<T> =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) ? T.CreateChecked(value) : T.CreateTruncating((long)value);

    private MatMulPlan Plan(ReadOnlySpan<TensorValue?> inputs) => _plans.Get(inputs[0]!.Shape, inputs[1]!.Shape);
}
