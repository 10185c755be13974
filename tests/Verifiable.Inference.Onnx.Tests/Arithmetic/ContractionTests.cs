using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;

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
        const int Rows = 6;
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
