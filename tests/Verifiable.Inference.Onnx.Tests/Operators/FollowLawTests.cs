using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Laws of work that follows an operator run by run: it gives the bits of whole tensors.</summary>
public sealed class FollowLawTests
{
    private const int Cases = 120;

    public static TheoryData<int> Definitions => [.. Enumerable.Range(0, OperatorCatalog.Definitions.Length)];

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Computing_in_place_in_any_runs_equals_compute(int definition)
    {
        for (ulong seed = 0; seed < Cases; seed++)
        {
            OperatorCase sample = OperatorCases.Make(OperatorCatalog.Definitions[definition], seed);
            BoundOperator bound = sample.Bind(false);
            for (int input = 0; input < sample.Inputs.Length; input++)
            {
                var signatures = new TensorSignature[sample.Node.Outputs.Length];
                if (sample.Inputs[input] is not { Type: ElementType.Float32 } followed || !bound.CanFollow(input) || !bound.TryInfer(new TensorInputs(sample.Inputs), signatures, out _)
                    || signatures[0] != new TensorSignature(ElementType.Float32, followed.Shape))
                {
                    continue;
                }

                TensorValue expected = OperatorCase.Compute(bound, new OperatorContext(5), sample.Inputs, 1)[0];
                float[] values = [.. followed.AsSpan<float>()];
                TensorValue?[] others = [.. sample.Inputs];
                others[input] = null;
                var random = new CaseRandom(seed);
                for (int start = 0; start < values.Length;)
                {
                    int count = Math.Min(random.Between(1, 70), values.Length - start);
                    bound.Follow(others, input, followed.Shape, values.AsSpan(start, count), start);
                    start += count;
                }

                CanonicalNaN.Apply(values);
                Assert.True(expected.Equals(TensorValue.Create(values, followed.Shape)), $"{sample}, in the place of input {input}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Every_element_is_finished_once(int definition)
    {
        for (ulong seed = 0; seed < Cases; seed++)
        {
            OperatorCase sample = OperatorCases.Make(OperatorCatalog.Definitions[definition], seed);
            BoundOperator bound = sample.Bind(false);
            TensorValue plain = OperatorCase.Compute(bound, new OperatorContext(5), sample.Inputs, sample.Node.Outputs.Length)[0];
            if (!bound.FinishesOutput || plain.Type != ElementType.Float32)
            {
                continue;
            }

            foreach (int threads in new[] { 1, 3 })
            {
                var context = new OperatorContext(5, threads) { LeastWorkPerThread = 1, Epilogue = new Replacing(plain) };
                TensorValue replaced = OperatorCase.Compute(bound, context, sample.Inputs, sample.Node.Outputs.Length)[0];
                Assert.True(replaced.AsSpan<float>().IndexOfAnyExcept(1f) < 0, $"{sample}, {threads} threads");
            }
        }
    }

    /// <summary>Puts 1 in the place of every element that is what it should be, and 2 where it is not.</summary>
    private sealed class Replacing(TensorValue expected) : Epilogue
    {
        internal override void Apply(Span<float> values, int start)
        {
            CanonicalNaN.Apply(values);
            ReadOnlySpan<float> plain = expected.AsSpan<float>().Slice(start, values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = BitConverter.SingleToInt32Bits(values[i]) == BitConverter.SingleToInt32Bits(plain[i]) ? 1f : 2f;
            }
        }
    }
}
