using System.Buffers.Binary;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Dropout that drops nothing, in inference or with the ratio 0: the input as it is, and a mask that keeps everything. Other training is refused.</summary>
internal sealed class DropoutOperator : BoundOperator
{
    private readonly bool _hasMask;
    private readonly bool _hasBooleanMask;

    private DropoutOperator(NodeBinder binder)
    {
        binder.Arity(1, binder.Opset >= 12 ? 3 : 1, 2);
        binder.Ignore("seed");
        if (binder.Opset < 12)
        {
            _ = binder.Float("ratio", 0.5f);
        }

        // A mask had the type of the input at first.
        _hasBooleanMask = binder.Opset >= 10;
        _hasMask = binder.Node.HasOutput(1);
    }

    internal static OperatorDefinition Definition { get; } = new("Dropout", 7, binder => new DropoutOperator(binder));

    public override bool IsView => !_hasMask;

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => output == 0 ? inputs.ReadBits(0, index) : One(MaskType(inputs));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        if (outputs.Length > 1)
        {
            outputs[1] = new TensorSignature(MaskType(inputs), inputs.ShapeOf(0));
        }

        if (inputs.Has(2) && (inputs.TypeOf(2) != ElementType.Boolean || inputs.ShapeOf(2).ElementCount != 1 || (inputs.ReadInteger(2, 0) != 0 && !DropsNothing(inputs))))
        {
            return $"Expected Dropout in inference, with training_mode absent or one Boolean that is false, or with the ratio 0, got {inputs.SignatureOf(2)}.";
        }

        return Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.Float64);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is TensorBuffer output)
        {
            inputs[0]!.Bytes.Span.CopyTo(output.Bytes);
        }

        if (outputs.Length > 1 && outputs[1] is TensorBuffer mask)
        {
            Fill(mask);
        }
    }

    private static bool DropsNothing(OperatorInputs inputs) =>
        inputs.Has(1) && ElementTypes.IsFloat(inputs.TypeOf(1)) && inputs.ShapeOf(1).ElementCount == 1
        && ElementConversion.Convert(inputs.ReadBits(1, 0), inputs.TypeOf(1), ElementType.Boolean) == 0;

    private static void Fill(TensorBuffer mask)
    {
        Span<byte> one = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(one, One(mask.Signature.Type));
        int size = ElementTypes.SizeOf(mask.Signature.Type);
        for (int i = 0; i < mask.Bytes.Length; i += size)
        {
            one[..size].CopyTo(mask.Bytes[i..]);
        }
    }

    private static ulong One(ElementType type) => ElementConversion.Convert(1, ElementType.UInt8, type);

    private ElementType MaskType(OperatorInputs inputs) => _hasBooleanMask ? ElementType.Boolean : inputs.TypeOf(0);
}
