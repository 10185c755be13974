using System.Numerics;
using System.Runtime.InteropServices;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Review;

/// <summary>Review findings: meanings that differ from ONNX or from the repository's own pages, and bits that can depend on a thread.</summary>
public sealed class SemanticsTests
{
    private static readonly GenerationOptions _options = new(1);

    // ONNX, Clip 11 to 13: the bounds "default to numeric_limits::lowest() and numeric_limits::max()".
    [Fact]
    public async Task Clip_without_bounds_has_the_defaults_of_the_standard()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("Clip", ["x"], ["y"]).Output("y", ElementType.Float32, "N").Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([float.PositiveInfinity, float.NegativeInfinity], 2)), _options);
        Assert.Equal([float.MaxValue, float.MinValue], y["y"].AsSpan<float>().ToArray());
    }

    // ONNX, Dropout 7: the mask has the type T of the data; a Boolean since version 10.
    [Fact]
    public async Task Dropout_of_version_7_has_a_mask_of_the_type_of_its_data()
    {
        OnnxModel model = new OnnxModelBuilder(7).Input("x", ElementType.Float32, "N").Node("Dropout", ["x"], ["y", "m"]).Output("m", ElementType.Float32, "N").Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[2], 2)), _options);
        Assert.Equal(ElementType.Float32, y["m"].Type);
    }

    [Fact]
    public async Task An_output_of_another_type_or_shape_than_declared_is_an_exception()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("Relu", ["x"], ["y"]).Output("y", ElementType.Int64, 1, 10).Build();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[2], 2)), _options));
    }

    // docs/reference/canonical-arithmetic.md, part 7: "Operator sets 7 to 24".
    [Theory]
    [InlineData("MatMul")]
    [InlineData("Relu")]
    [InlineData("Sigmoid")]
    public void An_operator_set_before_7_is_refused(string name)
    {
        OnnxModel model = new OnnxModelBuilder(6).Input("x", ElementType.Float32, "N", "N").Node(name, name == "MatMul" ? ["x", "x"] : ["x"], ["y"]).Output("y", ElementType.Float32, "N", "N").Build();
        Assert.False(CanonicalEngine.TryCreate(model, null, out _, out _));
    }

    [Fact]
    public async Task Two_samplers_of_one_model_draw_independently()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 50)
            .Node("Multinomial", ["x"], ["a"], ("sample_size", AttributeValue.Of(64))).Node("Multinomial", ["x"], ["b"], ("sample_size", AttributeValue.Of(64)))
            .Output("a", ElementType.Int32, 1, 64).Output("b", ElementType.Int32, 1, 64).Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[50], 1, 50)), _options);
        Assert.NotEqual(y["a"].AsSpan<int>().ToArray(), y["b"].AsSpan<int>().ToArray());
    }

    // The environment is asserted on the calling thread only: a worker whose rounding (or flush-to-zero) native code has changed gives other bits, silently.
    [Fact]
    public void A_worker_thread_with_another_rounding_direction_is_noticed()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return;
        }

        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("Mul", ["x", "x"], ["y"]).Output("y", ElementType.Float32, "N").Build();
        var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = 2 });
        float[] values = new float[16 << 20];
        values.AsSpan().Fill(1.1f);
        NamedTensors inputs = NamedTensors.Of("x", TensorValue.Create(values, values.Length));
        float[] distinct = [];
        Exception? thrown = null;
        OnPoolThreads(0x800);
        try
        {
            var caller = new Thread(() => thrown = Record.Exception(() =>
                distinct = [.. engine.RunAsync(inputs, _options).AsTask().GetAwaiter().GetResult()["y"].AsSpan<float>().ToArray().Distinct()]));
            caller.Start();
            caller.Join();
        }
        finally
        {
            OnPoolThreads(0);
        }

        Assert.True(thrown is PlatformNotSupportedException || distinct.Length == 1, $"1.1 × 1.1 gave {string.Join(" and ", distinct.Select(value => value.ToString("R")))} {thrown}");
    }

    // Stands for native code that changes MXCSR on pool threads (a library built with -ffast-math, an ONNX Runtime session with denormals as zero).
    private static void OnPoolThreads(int direction)
    {
        ThreadPool.SetMinThreads(8, 8);
        using var barrier = new Barrier(8);
        using var done = new CountdownEvent(8);
        for (int i = 0; i < 8; i++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                barrier.SignalAndWait();
                _ = fesetround(direction);
                barrier.SignalAndWait();
                done.Signal();
            });
        }

        done.Wait();
        Thread.Sleep(50);
    }

    [DllImport("libm.so.6")]
    private static extern int fesetround(int direction);

    // Midpoints plus and minus what a double cannot hold, subnormal results, the edge of overflow.
    [Fact]
    public void Fused_multiply_add_is_exact_on_adversarial_operands()
    {
        var random = new CaseRandom(9);
        for (int i = 0; i < 400_000; i++)
        {
            int exponent = random.Between(-149, 126);
            float z = BitConverter.UInt32BitsToSingle(random.Word());
            z = float.IsFinite(z) ? z : 1f;
            float ulp = MathF.BitIncrement(MathF.Abs(z)) - MathF.Abs(z);
            float small = 1f + (random.Next(4) * 1.1920929E-07f * (random.Coin() ? 1 : -0.5f));
            float other = 1f - (random.Next(4) * 5.9604645E-08f);
            (float x, float y, float addend) = (i % 4) switch
            {
                0 => (small * (random.Coin() ? -1 : 1), other * ulp * 0.5f, z),
                1 => (MathF.ScaleB(small, -75), MathF.ScaleB((random.Next(64) + 0.5f) * other, -74), random.Coin() ? 0f : float.Epsilon * random.Next(3)),
                2 => (MathF.ScaleB(small, 64), MathF.ScaleB(other, 64), random.Coin() ? -MathF.ScaleB(1f, random.Between(90, 127)) : -0f),
                _ => (MathF.ScaleB(small, exponent / 2), MathF.ScaleB(other, exponent - (exponent / 2)), -MathF.ScaleB(random.Coin() ? small : other, exponent)),
            };
            if (!float.IsFinite(x) || !float.IsFinite(y) || !float.IsFinite(addend))
            {
                continue;
            }

            uint expected = Exact(x, y, addend);
            Assert.Equal(expected, BitConverter.SingleToUInt32Bits(SoftwareFusedMultiplyAdd.Compute(x, y, addend)));
            Assert.Equal(expected, BitConverter.SingleToUInt32Bits(CanonicalMath.FusedMultiplyAdd(x, y, addend)));
        }
    }

    private static uint Exact(float x, float y, float z)
    {
        static BigInteger Scaled(float value)
        {
            int bits = BitConverter.SingleToInt32Bits(value) & int.MaxValue;
            BigInteger magnitude = (bits >> 23) == 0 ? bits : (BigInteger)((bits & 0x7FFFFF) | 0x800000) << ((bits >> 23) - 1);
            return float.IsNegative(value) ? -magnitude : magnitude;
        }

        BigInteger sum = (Scaled(x) * Scaled(y)) + (Scaled(z) << 149);
        if (sum.IsZero)
        {
            bool product = float.IsNegative(x) != float.IsNegative(y);
            return product && float.IsNegative(z) ? 0x80000000u : 0;
        }

        // Walks to the nearest float by comparing exact distances, unlike the repository's own check.
        uint low = 0, high = 0x7F800000;
        BigInteger magnitude = BigInteger.Abs(sum);
        while (high - low > 1)
        {
            uint middle = (low + high) / 2;
            bool below = (Scaled(BitConverter.UInt32BitsToSingle(middle)) << 149) <= magnitude;
            (low, high) = below ? (middle, high) : (low, middle);
        }

        BigInteger Value(uint bits) => bits == 0x7F800000 ? BigInteger.One << (128 + 149 + 149) : Scaled(BitConverter.UInt32BitsToSingle(bits)) << 149;
        BigInteger down = magnitude - Value(low), up = Value(high) - magnitude;
        uint nearest = down < up || (down == up && (low & 1) == 0) ? low : high;
        return nearest | (sum.Sign < 0 ? 0x80000000u : 0);
    }
}
