using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>IsNaN, IsInf and Not: a Boolean for every element.</summary>
internal static class TestOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define("IsNaN", 9, _ => TestOperator.NaN),
        Define("IsInf", 10, binder =>
            (binder.Flag("detect_positive", true) ? TestOperator.PositiveInfinity : 0) | (binder.Flag("detect_negative", true) ? TestOperator.NegativeInfinity : 0)),
        new("Not", 1, binder =>
        {
            binder.Arity(1, 1);
            return new NotOperator();
        }, reachesBack: true),
    ];

    private static OperatorDefinition Define(string name, int version, Func<NodeBinder, int> tests) => new(name, version, binder =>
    {
        binder.Arity(1, 1);
        return new TestOperator(tests(binder));
    }, floats: FloatInputs.All);

    /// <summary>Tells whether floats are of certain kinds.</summary>
    private sealed class TestOperator(int tests) : BoundOperator
    {
        internal const int NaN = 1;
        internal const int PositiveInfinity = 2;
        internal const int NegativeInfinity = 4;

        public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
            Test(inputs.TypeOf(0) == ElementType.Float32 ? inputs.ReadSingle(0, index) : inputs.ReadDouble(0, index)) ? 1UL : 0UL;

        private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
        {
            outputs[0] = new TensorSignature(ElementType.Boolean, inputs.ShapeOf(0));
            return Faults.RequireType(inputs, 0, TypeSets.Floats);
        }

        private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
        {
            if (outputs[0] is not TensorBuffer output)
            {
                return;
            }

            TensorValue input = inputs[0]!;
            ElementRuns.For<byte>(context, output, 2, (elements, start) =>
            {
                if (input.Type == ElementType.Float32)
                {
                    ReadOnlySpan<float> x = ElementRuns.Of<float>(input).Slice(start, elements.Length);
                    for (int i = 0; i < x.Length; i++)
                    {
                        elements[i] = Test(x[i]) ? (byte)1 : (byte)0;
                    }

                    return;
                }

                ReadOnlySpan<double> wide = ElementRuns.Of<double>(input).Slice(start, elements.Length);
                for (int i = 0; i < wide.Length; i++)
                {
                    elements[i] = Test(wide[i]) ? (byte)1 : (byte)0;
                }
            });
        }

        private bool Test(double value) =>
            ((tests & NaN) != 0 && double.IsNaN(value))
            || ((tests & PositiveInfinity) != 0 && double.IsPositiveInfinity(value))
            || ((tests & NegativeInfinity) != 0 && double.IsNegativeInfinity(value));
    }

    /// <summary>The other Boolean.</summary>
    private sealed class NotOperator : BoundOperator
    {
        public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.ReadBits(0, index) ^ 1;

        private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
        {
            outputs[0] = inputs.SignatureOf(0)!.Value;
            return Faults.RequireType(inputs, 0, ElementType.Boolean);
        }

        private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
        {
            if (outputs[0] is not TensorBuffer output)
            {
                return;
            }

            TensorValue input = inputs[0]!;
            ElementRuns.For<byte>(context, output, 1, (elements, start) =>
            {
                ReadOnlySpan<byte> x = ElementRuns.Of<byte>(input).Slice(start, elements.Length);
                for (int i = 0; i < x.Length; i++)
                {
                    elements[i] = (byte)(x[i] ^ 1);
                }
            });
        }
    }
}
