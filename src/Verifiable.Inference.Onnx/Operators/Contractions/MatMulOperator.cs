using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>MatMul of matrices, stacks of matrices and vectors, each output element a contraction; integers wrap. FusedMatMul of the domain com.microsoft exchanges
/// the last two axes of an operand before, and computes <c>fl(alpha·r)</c> of each sum r after.</summary>
internal sealed class MatMulOperator : BoundOperator
{
    private static readonly ElementType[] _floats = [ElementType.Float32, ElementType.Float64];
    private static readonly ElementType[] _numbers = [.. _floats, ElementType.Int32, ElementType.Int64, ElementType.UInt32, ElementType.UInt64];

    private readonly ElementType[] _types;
    private readonly float _alpha = 1f;
    private readonly bool _leftTransposed;
    private readonly bool _rightTransposed;
    private readonly PackedMatrix? _packed;
    private readonly MatMulPlanCell _plans;

    private MatMulOperator(NodeBinder binder, bool isFused)
    {
        binder.Arity(2, 2);
        if (isFused)
        {
            _alpha = binder.Float("alpha", 1f);
            _leftTransposed = binder.Flag("transA");
            _rightTransposed = binder.Flag("transB");
            if (binder.Flag("transBatchA") || binder.Flag("transBatchB"))
            {
                binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected transBatchA and transBatchB of 0, got 1.");
            }
        }

        // Version 9 brought integers.
        _types = isFused || binder.Opset < 9 ? _floats : _numbers;
        _packed = binder.Pack(1, _rightTransposed);
        _plans = new MatMulPlanCell(_leftTransposed, _rightTransposed, merges: true);
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("MatMul", 1, binder => new MatMulOperator(binder, false), floats: FloatInputs.All),
        new("FusedMatMul", 1, binder => new MatMulOperator(binder, true), domain: "com.microsoft", floats: FloatInputs.All),
    ];

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out MatMulPlan plan);
        return inputs.TypeOf(0) switch
        {
            ElementType.Float32 => ElementBits.Of(Scale(NumberProduct<float>.Element(inputs, plan, index, null))),
            ElementType.Float64 => ElementBits.Of(Scale(NumberProduct<double>.Element(inputs, plan, index, null))),
            ElementType.Int32 => ElementBits.Of(NumberProduct<int>.Element(inputs, plan, index, null)),
            ElementType.UInt32 => ElementBits.Of(NumberProduct<uint>.Element(inputs, plan, index, null)),
            ElementType.Int64 => ElementBits.Of(NumberProduct<long>.Element(inputs, plan, index, null)),
            _ => NumberProduct<ulong>.Element(inputs, plan, index, null),
        };
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, _types) ?? Faults.RequireSameType(inputs, 1, 0) ?? Plan(inputs, out MatMulPlan plan) ?? Faults.Shape(plan.Output, out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
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
        MatMulPlan plan = Plan(inputs);
        switch (left.Type)
        {
            case ElementType.Float32:
                var product = new MatrixProduct(context, plan, left.Bytes, right.Bytes, output) { Packed = _packed, Scale = _alpha == 1f ? null : new GemmBias.Scale(_alpha, 0f, null), Strided = context.Right };
                product.Run();
                break;
            case ElementType.Float64:
                NumberProduct<double>.Run(context, plan, left, right, output, null, (value, _) => Scale(value));
                break;
            case ElementType.Int32: NumberProduct<int>.Run(context, plan, left, right, output, null, null); break;
            case ElementType.UInt32: NumberProduct<uint>.Run(context, plan, left, right, output, null, null); break;
            case ElementType.Int64: NumberProduct<long>.Run(context, plan, left, right, output, null, null); break;
            default: NumberProduct<ulong>.Run(context, plan, left, right, output, null, null); break;
        }
    }

    private float Scale(float result) => _alpha == 1f ? result : _alpha * result;

    private double Scale(double result) => _alpha == 1f ? result : _alpha * result;

    private MatMulPlan Plan(ReadOnlySpan<TensorValue?> inputs) => _plans.Get(inputs[0]!.Shape, inputs[1]!.Shape);

    private string? Plan(OperatorInputs inputs, out MatMulPlan plan) => MatMulPlan.Make(inputs.ShapeOf(0), inputs.ShapeOf(1), _leftTransposed, _rightTransposed, out plan);
}
