using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

public sealed class MatrixProductTests
{
    public static TheoryData<long[], long[]> Shapes => new()
    {
        { [1, 7], [7, 300] },
        { [3, 300], [300, 40] },
        { [500, 20], [20, 70] },
        { [130, 260], [260, 200] },
        { [4, 30, 20], [4, 20, 33] },
        { [2, 1, 40, 20], [3, 20, 64] },
        { [3, 5, 2], [2, 1] },
        { [6, 0], [0, 9] },
    };

    // What is done to complete elements must see each of them once, with its sum complete.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_element_is_finished_once_when_its_sum_is_complete(long[] left, long[] right)
    {
        var random = new CaseRandom(3);
        TensorValue[] inputs = [random.Floats(left), random.Floats(right)];
        OperatorCase sample = OperatorCase.Of("MatMul", 13, inputs, []);
        foreach (bool constant in new[] { false, true })
        {
            BoundOperator bound = sample.Bind(constant);
            TensorValue plain = OperatorCase.Compute(bound, new OperatorContext(), inputs, 1)[0];
            foreach (int threads in new[] { 1, 2, 3 })
            {
                var recorder = new FinishRecorder(plain.Length);
                var context = new OperatorContext(0, threads) { LeastWorkPerThread = 1, Epilogue = recorder };
                TensorValue output = OperatorCase.Compute(bound, context, inputs, 1)[0];
                Assert.All(recorder.Counts, count => Assert.Equal(1, count));
                Assert.Equal(plain.AsSpan<float>().ToArray(), recorder.Seen);
                Assert.Equal(plain.AsSpan<float>().ToArray().Select(value => value + 1f), output.AsSpan<float>().ToArray());
            }
        }
    }

    // Two products that one thread computes one after the other: the first rows, or columns where lines are read as they lie, are completed, and then no more.
    [Theory]
    [InlineData(600, 300, 40, 240 * 40)]
    [InlineData(16, 300, 5000, 16 * 256)]
    public void Cancellation_stops_within_a_product(int rows, int depth, int columns, int most)
    {
        var random = new CaseRandom(4);
        TensorValue[] inputs =
        [
            TensorValue.Create(Repeat(random, 2 * rows * depth), 2, rows, depth),
            TensorValue.Create(Repeat(random, 2 * depth * columns), 2, depth, columns),
        ];
        BoundOperator bound = OperatorCase.Of("MatMul", 13, inputs, []).Bind(false);
        using var source = new CancellationTokenSource();
        var canceller = new Canceller(source);
        Assert.ThrowsAny<OperationCanceledException>(() => OperatorCase.Compute(bound, new OperatorContext(0, 1, source.Token) { Epilogue = canceller }, inputs, 1));
        Assert.InRange(canceller.Count, 1, most);
    }

    private static float[] Repeat(CaseRandom random, int length)
    {
        float[] values = new float[length];
        values.AsSpan().Fill(random.Float());
        return values;
    }

    private sealed class Canceller(CancellationTokenSource source) : Epilogue
    {
        internal int Count { get; private set; }

        internal override void Apply(Span<float> values, int start)
        {
            Count += values.Length;
            source.Cancel();
        }
    }
}
