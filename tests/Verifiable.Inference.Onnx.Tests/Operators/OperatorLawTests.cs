using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Laws over the catalog: every operator of it is covered, a new one by its line in <see cref="OperatorCases"/>.</summary>
public sealed class OperatorLawTests
{
    private const int Cases = 120;
    private const int DrawnElements = 16;

    // Cases of each operator; more of them where the environment asks for it.
    private static readonly int _longCases = int.Parse(Environment.GetEnvironmentVariable("LONG_CASES") ?? "4", System.Globalization.CultureInfo.InvariantCulture);

    public static TheoryData<int> Definitions => [.. Enumerable.Range(0, OperatorCatalog.Definitions.Length)];

    [Fact]
    public void Every_operator_has_cases() =>
        Assert.Equal(OperatorCatalog.Definitions.Select(OperatorCases.NameOf).Distinct().Order(StringComparer.Ordinal), OperatorCases.Names);

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Compute_equals_element_bit_for_bit(int definition) => Each(definition, sample =>
    {
        BoundOperator bound = sample.Bind(false);
        var context = new OperatorContext(5);
        var inputs = new TensorInputs(sample.Inputs);
        TensorValue[] outputs = OperatorCase.Compute(bound, context, sample.Inputs, sample.Node.Outputs.Length);
        for (int output = 0; output < outputs.Length; output++)
        {
            var actual = new TensorInputs([outputs[output]]);
            for (int i = 0; i < outputs[output].Length; i++)
            {
                ulong expected = bound.Element(context, inputs, output, i);
                Assert.True(expected == actual.ReadBits(0, i), $"{sample}, output {output}, element {i}: element {expected:x}, compute {actual.ReadBits(0, i):x}");
            }
        }
    });

    // Runs, tiles and registers end in other places than in small cases. Elements are drawn: by their definition all of them would take too long.
    [Theory]
    [MemberData(nameof(Definitions))]
    public void Compute_equals_element_where_an_axis_is_long(int definition)
    {
        var draw = new CaseRandom((ulong)definition);
        int cases = 0;
        for (int seed = 0; seed < 20 * _longCases && cases < _longCases; seed++)
        {
            OperatorCase sample;
            try
            {
                sample = OperatorCases.Make(OperatorCatalog.Definitions[definition], (ulong)seed, 1 + (seed % 2));
            }
            catch (CaseTooLargeException)
            {
                continue;
            }

            cases++;
            BoundOperator bound = sample.Bind(false);
            var context = new OperatorContext(5, 1 + (seed % 3)) { LeastWorkPerThread = 1 };
            TensorValue[] outputs = OperatorCase.Compute(bound, context, sample.Inputs, sample.Node.Outputs.Length);
            Assert.True(outputs.SequenceEqual(OperatorCase.Compute(sample.Bind(true), new OperatorContext(5), sample.Inputs, outputs.Length)), $"{sample}: constants");
            RequireElements(sample, bound, outputs, draw);
        }

        Assert.True(cases > 0, $"{OperatorCatalog.Definitions[definition]}: every case is too large.");
    }

    private static void RequireElements(OperatorCase sample, BoundOperator bound, TensorValue[] outputs, CaseRandom draw)
    {
        var inputs = new TensorInputs(sample.Inputs);
        for (int i = 0; i < DrawnElements; i++)
        {
            int output = draw.Next(outputs.Length);
            if (outputs[output].Length == 0)
            {
                continue;
            }

            int index = i == 0 ? outputs[output].Length - 1 : draw.Next(outputs[output].Length);
            ulong expected = bound.Element(new OperatorContext(5), inputs, output, index);
            ulong actual = new TensorInputs([outputs[output]]).ReadBits(0, index);
            Assert.True(expected == actual, $"{sample}, output {output}, element {index}: element {expected:x}, compute {actual:x}");
        }
    }

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Prepared_constants_and_threads_change_no_bit(int definition) => Each(definition, sample =>
    {
        TensorValue[] plain = OperatorCase.Compute(sample.Bind(false), new OperatorContext(5), sample.Inputs, sample.Node.Outputs.Length);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            TensorValue[] other = OperatorCase.Compute(sample.Bind(true), new OperatorContext(5, threads) { LeastWorkPerThread = 1 }, sample.Inputs, sample.Node.Outputs.Length);
            Assert.True(plain.SequenceEqual(other), $"{sample}, {threads} threads");
        }
    });

    [Theory]
    [MemberData(nameof(Definitions))]
    public void A_row_of_a_batch_has_the_bits_it_has_alone(int definition) => Each(definition, sample =>
    {
        if (sample.Batched.Length == 0)
        {
            return;
        }

        var context = new OperatorContext(5);
        TensorValue whole = OperatorCase.Compute(sample.Bind(false), context, sample.Inputs, sample.Node.Outputs.Length)[0];
        long rows = sample.Inputs[0]!.Shape[0];
        for (int row = 0; row < rows; row++)
        {
            TensorValue?[] inputs = [.. sample.Inputs];
            foreach (int batched in sample.Batched)
            {
                inputs[batched] = Row(inputs[batched]!, row, rows);
            }

            TensorValue alone = OperatorCase.Compute(sample.Bind(false), context, inputs, sample.Node.Outputs.Length)[0];
            int size = whole.Bytes.Length / (int)rows;
            Assert.True(whole.Bytes.Span.Slice(row * size, size).SequenceEqual(alone.Bytes.Span), $"{sample}, row {row}");
        }
    });

    private static TensorValue Row(TensorValue tensor, int row, long rows)
    {
        int size = tensor.Bytes.Length / (int)rows;
        long[] lengths = [1, .. tensor.Shape.Lengths.Skip(1)];
        return TensorValue.Take(tensor.Type, new TensorShape(lengths), tensor.Bytes.Slice(row * size, size));
    }

    private static void Each(int definition, Action<OperatorCase> check)
    {
        for (ulong seed = 0; seed < Cases; seed++)
        {
            OperatorCase sample = OperatorCases.Make(OperatorCatalog.Definitions[definition], seed);
            try
            {
                check(sample);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"seed {seed}: {sample}", exception);
            }
        }
    }
}
