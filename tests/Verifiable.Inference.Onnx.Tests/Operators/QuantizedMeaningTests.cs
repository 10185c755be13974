using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>What operators on integers and on weights of few bits mean, written once more from their specifications, over numbers for which every sum is exact.</summary>
public sealed class QuantizedMeaningTests
{
    // Sums beyond 2^31 wrap around: no register may saturate. Rows of a whole tile of twelve, of one of four, and of less.
    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 40)]
    [InlineData(13, 33)]
    public void Integer_products_of_any_length_are_exact_modulo_2_to_the_32(int rows, int columns)
    {
        const int Depth = 40_001;
        byte[] left = new byte[rows * Depth];
        byte[] right = new byte[Depth * columns];
        left.AsSpan().Fill(255);
        right.AsSpan().Fill(255);
        for (int row = 0; row < rows; row++)
        {
            left[row * Depth] = (byte)row;
        }

        for (int column = 0; column < columns; column++)
        {
            right[column] = (byte)(3 * column);
        }

        TensorValue[] inputs = [TensorValue.Create(left, rows, Depth), TensorValue.Create(right, Depth, columns)];
        OperatorCase sample = OperatorCase.Of("MatMulInteger", 10, inputs, []);
        TensorValue output = OperatorCase.Compute(sample.Bind(false), new OperatorContext(), inputs, 1)[0];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                long exact = ((Depth - 1L) * 255 * 255) + (row * (long)(byte)(3 * column));
                Assert.Equal(unchecked((int)exact), output.AsSpan<int>()[(row * columns) + column]);
            }
        }
    }

    // By the page of ONNX Runtime's contributed operators: B is [N, blocks, bytes of a block], zero points are packed by rows of whole bytes, scales are [N, blocks]; the lowest bits come first.
    [Theory]
    [InlineData(2, 20, 16)]
    [InlineData(2, 100, 16)]
    [InlineData(4, 20, 16)]
    [InlineData(4, 72, 16)]
    [InlineData(4, 40, 8)]
    [InlineData(8, 20, 16)]
    [InlineData(8, 33, 32)]
    [InlineData(4, 16, 32)]
    public void Weights_of_few_bits_stand_where_the_specification_says(int bits, int depth, int block)
    {
        const int Rows = 5;
        const int Columns = 7;
        var random = new CaseRandom((ulong)(bits + depth));
        int blocks = (depth + block - 1) / block;
        int zeroBytes = ((blocks * bits) + 7) / 8;
        int most = (1 << bits) - 1;
        foreach (bool hasZeros in new[] { true, false })
        {
            int[,] weights = new int[Columns, blocks * block];
            int[,] zeros = new int[Columns, blocks];
            float[,] scales = new float[Columns, blocks];
            byte[] packed = new byte[Columns * blocks * block * bits / 8];
            byte[] packedZeros = new byte[Columns * zeroBytes];
            float[] flatScales = new float[Columns * blocks];
            for (int n = 0; n < Columns; n++)
            {
                for (int k = 0; k < blocks * block; k++)
                {
                    weights[n, k] = random.Next(most + 1);
                    int bit = ((n * blocks * block) + k) * bits;
                    packed[bit / 8] |= (byte)(weights[n, k] << (bit % 8));
                }

                for (int b = 0; b < blocks; b++)
                {
                    zeros[n, b] = hasZeros ? random.Next(most + 1) : 1 << (bits - 1);
                    packedZeros[(n * zeroBytes) + (b * bits / 8)] |= (byte)(zeros[n, b] << (b * bits % 8));
                    scales[n, b] = flatScales[(n * blocks) + b] = MathF.ScaleB(1f, random.Next(6) - 3);
                }
            }

            float[] x = [.. Enumerable.Range(0, Rows * depth).Select(_ => (float)(random.Next(15) - 7))];
            TensorValue[] inputs = [TensorValue.Create(x, Rows, depth), TensorValue.Create(packed, Columns, blocks, block * bits / 8), TensorValue.Create(flatScales, Columns * blocks)];
            inputs = hasZeros ? [.. inputs, TensorValue.Create(packedZeros, Columns * zeroBytes)] : inputs;
            OperatorCase sample = OperatorCase.Of(
                "com.microsoft", "MatMulNBits", 1, inputs, 1, [],
                ("K", AttributeValue.Of(depth)), ("N", AttributeValue.Of(Columns)), ("bits", AttributeValue.Of(bits)), ("block_size", AttributeValue.Of(block)));
            foreach (bool isConstant in new[] { false, true })
            {
                TensorValue output = OperatorCase.Compute(sample.Bind(isConstant), new OperatorContext(), inputs, 1)[0];
                for (int row = 0; row < Rows; row++)
                {
                    for (int n = 0; n < Columns; n++)
                    {
                        float expected = 0f;
                        for (int k = 0; k < depth; k++)
                        {
                            expected += x[(row * depth) + k] * (weights[n, k] - zeros[n, k / block]) * scales[n, k / block];
                        }

                        Assert.Equal(expected, output.AsSpan<float>()[(row * Columns) + n]);
                    }
                }
            }
        }
    }
}
