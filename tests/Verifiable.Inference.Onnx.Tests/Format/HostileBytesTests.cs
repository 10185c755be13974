using System.Globalization;
using Google.Protobuf;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Graph;
using Verifiable.Inference.Onnx.Tests.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Format;

public sealed class HostileBytesTests
{
    private const int DefaultInputs = 100_000;
    private const int Seed = 20261120;

    // Bytes allocated for a file of n bytes: at most a + b n. Objects of the parse are some 30 times their encoding at worst; the rest is messages.
    private const int FixedBytes = 128 * 1024;
    private const int BytesPerByte = 100;

    private static readonly byte[][] _numbers = [[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x80], [0x7F], [0x00]];

    [Fact]
    public void No_bytes_make_the_reader_throw_or_take_much_memory()
    {
        int inputs = int.TryParse(Environment.GetEnvironmentVariable("VERIFIABLE_FUZZ_INPUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out int given)
            ? Math.Max(given, DefaultInputs)
            : DefaultInputs;
        Random random = new(Seed);
        byte[][] seeds = [.. Seeds(random)];
        int accepted = 0;
        HashSet<ModelRefusalReason> reasons = [];
        foreach (byte[] seed in seeds)
        {
            Assert.True(OnnxModel.TryRead(seed, out _, out ModelRefusal? refusal), refusal?.ToString());
        }

        for (int i = 0; i < inputs; i++)
        {
            byte[] bytes = Mutate(seeds, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool read = OnnxModel.TryRead(bytes, out OnnxModel? model, out ModelRefusal? refusal);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= FixedBytes + ((long)BytesPerByte * bytes.Length), $"Input {i} of {bytes.Length} bytes took {allocated} bytes.");
            Assert.True(read == model is not null && read == refusal is null);
            if (!read)
            {
                Assert.NotEqual(ModelRefusalReason.None, refusal!.Reason);
                reasons.Add(refusal.Reason);
                continue;
            }

            // What is accepted is a model: it has an identity and survives being written and read.
            accepted++;
            RunTiny(model!, i);
            if (accepted % 8 == 0)
            {
                Assert.True(OnnxModel.TryRead(model!.ToBytes(), out OnnxModel? again, out ModelRefusal? fault), $"Input {i}: {fault}");
                Assert.Equal(model.Id, again.Id);
            }
        }

        // The mutations must reach the depths: many are still models, and many different checks fire.
        Assert.InRange(accepted, inputs / 50, inputs);
        Assert.True(reasons.Count >= 12, string.Join(", ", reasons));
    }

    // An engine for what was read is made or refused, and a run ends in outputs or in the documented exceptions.
    private static void RunTiny(OnnxModel model, int input)
    {
        CanonicalEngineOptions limits = new() { MaxTensorBytes = 1 << 16, MaxRunBytes = 1 << 20, MaxIterations = 100, MaxBodyNodes = 1000 };
        if (!CanonicalEngine.TryCreate(model, limits, out CanonicalEngine? engine, out _))
        {
            return;
        }

        List<KeyValuePair<string, TensorValue>> inputs = [];
        foreach (GraphValue value in model.Inputs)
        {
            long[] lengths = [.. value.Dimensions.Select(dimension => dimension.IsFixed ? dimension.Length : 1)];
            if (!TensorShape.TryCreate(lengths, out TensorShape shape) || shape.ElementCount > 4096 || !ElementTypes.IsKnown(value.Type))
            {
                return;
            }

            inputs.Add(KeyValuePair.Create(value.Name, TensorValue.Take(value.Type, shape, new byte[shape.ElementCount * ElementTypes.SizeOf(value.Type)])));
        }

        try
        {
            _ = engine.RunAsync(new NamedTensors(inputs), new GenerationOptions(1)).AsTask().GetAwaiter().GetResult();
        }
        catch (InvalidOperationException)
        {
            // Documented: shapes that do not fit, or more memory than the limits.
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Input {input} made the engine throw.", exception);
        }
    }

    [Fact]
    public void No_truncation_makes_the_reader_throw()
    {
        byte[] file = SampleModels.Classifier().ToBytes();
        for (int length = 0; length < file.Length; length++)
        {
            // Cut between two fields, what is left is well-formed protobuf, and may even be a model with less in it.
            if (OnnxModel.TryRead(file.AsMemory(0, length), out OnnxModel? model, out _))
            {
                Assert.NotEqual(SampleModels.Classifier().Id, model.Id);
            }
        }
    }

    internal static IEnumerable<byte[]> Seeds(Random random)
    {
        yield return SampleModels.Classifier().ToBytes();

        // Mostly raw bytes, which are then taken out before parsing.
        yield return SampleModels.ClassifierBuilder().Initializer("unused", SampleModels.Ramp(40, 10)).Build().ToBytes();
        yield return Engines.LoopModels.Recurrence().ToBytes();
        yield return Engines.LoopModels.Nested().ToBytes();
        for (int i = 0; i < 12; i++)
        {
            ModelProto proto = Restatement.ProtoOf(SampleModels.Random(random));
            foreach (TensorProto tensor in Restatement.Tensors(proto))
            {
                if (random.Next(2) == 0)
                {
                    Restatement.ToTyped(tensor);
                }
            }

            yield return proto.ToByteArray();
        }
    }

    internal static byte[] Mutate(byte[][] seeds, Random random)
    {
        List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
        for (int mutations = 1 + random.Next(3); mutations > 0 && bytes.Count > 0; mutations--)
        {
            int at = random.Next(bytes.Count);
            int count = Math.Min(1 + random.Next(12), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.RemoveRange(at, count);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - count + 1), count));
                    break;
                case 5:
                    byte[] number = _numbers[random.Next(_numbers.Length)];
                    bytes.RemoveRange(at, Math.Min(number.Length, bytes.Count - at));
                    bytes.InsertRange(at, number);
                    break;
                case 6:
                    byte[] other = seeds[random.Next(seeds.Length)];
                    int from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(64))]);
                    break;
                default:
                    (bytes[at], bytes[random.Next(bytes.Count)]) = (bytes[random.Next(bytes.Count)], bytes[at]);
                    break;
            }
        }

        return [.. bytes];
    }
}
