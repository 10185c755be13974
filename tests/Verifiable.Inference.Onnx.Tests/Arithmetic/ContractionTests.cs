using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class ContractionTests
{
    public static TheoryData<int> Depths => [0, 1, 2, 255, 256, 257, 511, 512, 513, 800];

    [Theory]
    [MemberData(nameof(Depths))]
    public void Every_vector_width_gives_the_bits_of_the_definition(int depth)
    {
        foreach (bool special in new[] { false, true })
        {
            foreach (bool hasBias in new[] { false, true })
            {
                Check<WidthScalar, float>(depth, special, hasBias);
                if (CanonicalMath.HasHardwareFusedMultiplyAdd)
                {
                    Check<Width128, Vector128<float>>(depth, special, hasBias);
                }

                if (Fma.IsSupported)
                {
                    Check<Width256, Vector256<float>>(depth, special, hasBias);
                }

                if (Avx512F.IsSupported)
                {
                    Check<Width512, Vector512<float>>(depth, special, hasBias);
                }
            }
        }
    }

    // Written from the rule of the normative text, without the types that kernels share.
    [Theory]
    [MemberData(nameof(Depths))]
    public void The_definition_is_blocks_of_256_added_to_the_running_total(int depth)
    {
        var random = new CaseRandom((ulong)depth);
        float[] x = [.. Enumerable.Range(0, depth).Select(_ => random.Float())];
        float[] w = [.. Enumerable.Range(0, depth).Select(_ => random.Float())];
        foreach (float? bias in new float?[] { null, 0.7f, -0f })
        {
            float total = bias ?? 0f;
            for (int start = 0; start < depth; start += 256)
            {
                float block = 0f;
                for (int k = start; k < Math.Min(depth, start + 256); k++)
                {
                    block = SoftwareFusedMultiplyAdd.Compute(x[k], w[k], block);
                }

                total = start == 0 && bias is null ? block : block + total;
            }

            Assert.Equal(BitConverter.SingleToUInt32Bits(total), BitConverter.SingleToUInt32Bits(Define(x, w, bias)));
        }
    }

    [Fact]
    public void A_packed_matrix_takes_no_more_room_than_its_narrowest_panels()
    {
        for (int columns = 1; columns <= 100; columns++)
        {
            long perLine = PackedMatrix.BytesOf(3, columns) / 3 / sizeof(float);
            Assert.InRange(perLine, columns, Math.Max(columns * 8L / 3, columns + 1));
        }

        // Neither the bytes of the largest matrix nor those of a narrow and deep one overflow.
        Assert.True(PackedMatrix.BytesOf(int.MaxValue, int.MaxValue) > int.MaxValue);
    }

    [Fact]
    public void Packed_rows_give_the_bits_of_rows_in_place()
    {
        var random = new CaseRandom(7);
        int width = Contraction.PanelWidth;
        for (int rows = 1; rows <= 2 * Contraction.TileRows; rows++)
        {
            foreach (bool transposed in new[] { false, true })
            {
                int depth = random.Between(1, 300);
                float[] left = new float[rows * depth];
                float[] panel = new float[depth * width];
                float[] expected = new float[rows * width];
                Fill(random, left, panel, expected);
                float[] actual = [.. expected];
                (int rowStep, int depthStep) = transposed ? (1, rows) : (depth, 1);
                var packed = new PackedRows(rows, depth, new PreparedMemory());
                for (int start = 0; start < depth; start += Contraction.BlockLength)
                {
                    int length = Math.Min(Contraction.BlockLength, depth - start);
                    var block = new ContractionBlock(rows, length, rowStep, depthStep, width, width, true);
                    Contraction.MultiplyBlock(block, left.AsSpan(start * depthStep), panel.AsSpan(start * width), expected, width);
                    for (int tile = 0; tile < packed.TileCount; tile++)
                    {
                        packed.Fill(tile, left, rowStep, depthStep);
                        int count = packed.RowsOf(tile);
                        Span<float> output = actual.AsSpan(tile * Contraction.TileRows * width);
                        Contraction.MultiplyTile(packed.Tile(tile)[(start * count)..], count, panel.AsSpan(start * width), length, output, width, true, width);
                    }
                }

                Assert.Equal(expected, actual);
            }
        }
    }

    [Fact]
    public void A_bias_that_is_added_gives_the_bits_of_one_that_was_there()
    {
        var random = new CaseRandom(9);
        int width = Contraction.PanelWidth;
        const int Panels = 3;
        for (int rows = 1; rows <= 26; rows++)
        {
            int depth = random.Between(1, 70);
            float[] left = new float[rows * depth];
            float[] panels = new float[Panels * depth * width];
            float[] bias = new float[rows];
            Fill(random, left, panels, bias);
            float[] expected = new float[rows * Panels * width];
            float[] actual = new float[expected.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = bias[i / (Panels * width)];
            }

            var block = new ContractionBlock(rows, depth, depth, 1, width, Panels * width, true) { Panels = Panels, PanelStep = depth * width };
            Contraction.MultiplyBlock(block, left, panels, expected, width);
            Contraction.MultiplyBlock(block with { Accumulates = false }, left, panels, actual, width, bias);
            Assert.Equal(expected, actual);
            actual.AsSpan().Clear();
            var first = new ContractionBlock(rows, depth, depth, 1, width, Panels * width, false);
            Contraction.MultiplyNarrow(first, left, panels, actual, width, width - 1, bias);
            for (int i = 0; i < actual.Length; i++)
            {
                Assert.Equal(i % (Panels * width) < width - 1 ? expected[i] : 0f, actual[i]);
            }
        }
    }

    [Fact]
    public void A_narrow_part_of_a_panel_leaves_the_columns_beside_it_alone()
    {
        var random = new CaseRandom(8);
        int width = Contraction.PanelWidth;
        const int Rows = 30;
        const int Depth = 20;
        float[] left = new float[Rows * Depth];
        float[] panel = new float[Depth * width];
        float[] whole = new float[Rows * width];
        Fill(random, left, panel, whole);
        for (int columns = 1; columns <= width; columns++)
        {
            foreach (bool accumulates in new[] { false, true })
            {
                float[] expected = [.. whole];
                float[] actual = [.. whole];
                var block = new ContractionBlock(Rows, Depth, Depth, 1, width, width, accumulates);
                Contraction.MultiplyBlock(block, left, panel, expected, width);
                Contraction.MultiplyNarrow(block, left, panel, actual, width, columns);
                for (int i = 0; i < actual.Length; i++)
                {
                    Assert.Equal(i % width < columns ? expected[i] : whole[i], actual[i]);
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(1, 7, 300)]
    [InlineData(300, 20, 300)]
    [InlineData(500, 3, 40)]
    [InlineData(40, 300, 130)]
    [InlineData(11, 600, 200)]
    [InlineData(260, 513, 33)]
    public void Every_way_to_cut_a_product_into_parts_gives_the_bits_of_the_definition(int rows, int depth, int columns)
    {
        var random = new CaseRandom((ulong)(rows + depth + columns));
        float[] left = new float[rows * depth];
        float[] right = new float[depth * columns];
        float[] bias = new float[rows * columns];
        Fill(random, left, right, bias);
        foreach (bool transposed in new[] { false, true })
        {
            foreach (bool hasBias in new[] { false, true })
            {
                foreach (int threads in new[] { 1, 2, 3 })
                {
                    var context = new OperatorContext(0, threads) { LeastWorkPerThread = 1 };
                    ReadOnlyMemory<byte> weights = MemoryMarshal.AsBytes(right.AsSpan()).ToArray();
                    TensorBuffer output = TensorBuffer.Allocate(new TensorSignature(ElementType.Float32, new TensorShape([rows, columns])));
                    TensorShape shape = new(transposed ? [depth, rows] : [rows, depth]);
                    Assert.Null(MatMulPlan.Make(shape, new TensorShape([depth, columns]), transposed, false, out MatMulPlan plan));
                    new MatrixProduct(context, plan, MemoryMarshal.AsBytes(left.AsSpan()).ToArray(), weights, output)
                    {
                        Packed = threads == 3 ? null : MatrixProduct.Pack(context, weights, false, new PackedMatrix(depth, columns, new PreparedMemory())),
                        Bias = hasBias ? new GemmBias(TensorValue.Create(bias, rows, columns), columns) : null,
                    }.Run();
                    for (int i = 0; i < output.Length; i++)
                    {
                        ContractionSum sum = hasBias ? new ContractionSum(bias[i]) : default;
                        for (int k = 0; k < depth; k++)
                        {
                            sum.Add(left[transposed ? (k * rows) + (i / columns) : (i / columns * depth) + k], right[(k * columns) + (i % columns)]);
                        }

                        Assert.Equal(BitConverter.SingleToUInt32Bits(sum.Result), BitConverter.SingleToUInt32Bits(output.AsSpan<float>()[i]));
                    }
                }
            }
        }
    }

    private static float Define(ReadOnlySpan<float> x, ReadOnlySpan<float> w, float? bias)
    {
        ContractionSum sum = bias is float start ? new ContractionSum(start) : default;
        for (int k = 0; k < x.Length; k++)
        {
            sum.Add(x[k], w[k]);
        }

        return sum.Result;
    }

    private static void Check<TWidth, TVector>(int depth, bool special, bool hasBias)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        const int Rows = 25;
        int width = ContractionKernel<TWidth, TVector>.PanelWidth;
        var random = new CaseRandom((ulong)depth + 1) { IsSpecial = special };
        float[] left = new float[Rows * depth];
        float[] panel = new float[depth * width];
        float[] output = new float[Rows * width];
        Fill(random, left, panel, output);
        float[] bias = [.. output];
        ContractionKernel<TWidth, TVector>.Multiply(left, Rows, depth, panel, output, width, hasBias);
        for (int i = 0; i < output.Length; i++)
        {
            float[] w = [.. Enumerable.Range(0, depth).Select(k => panel[(k * width) + (i % width)])];
            float expected = Define(left.AsSpan(i / width * depth, depth), w, hasBias ? bias[i] : null);
            Assert.Equal(
                BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(expected)), BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(output[i])));
        }
    }

    private static void Fill(CaseRandom random, params float[][] arrays)
    {
        foreach (float[] array in arrays)
        {
            for (int i = 0; i < array.Length; i++)
            {
                array[i] = random.Float();
            }
        }
    }
}
