using System.Buffers.Binary;
using System.Security.Cryptography;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Hashes what the canonical engine computes on fixed inputs.</summary>
public static class EngineDigest
{
    // Operators that came after the first digest was written down, which must not change with them.
    private static readonly HashSet<string> _later = new(StringComparer.Ordinal) { "com.microsoft:MatMulNBits" };

    // Those that came with operator set 26, after the second.
    private static readonly HashSet<string> _newest = new(StringComparer.Ordinal) { "BitCast", "CumProd" };

    /// <summary>Hashes cases of every operator.</summary>
    /// <param name="casesPerOperator">The cases of each.</param>
    /// <param name="threads">The threads.</param>
    /// <param name="areLater">Whether to hash the operators that came later, or all others.</param>
    public static string OfOperators(int casesPerOperator, int threads, bool areLater = false) =>
        OfOperators(casesPerOperator, threads, name => _later.Contains(name) == areLater && !_newest.Contains(name));

    /// <summary>Hashes cases of the operators that came with operator set 26.</summary>
    /// <param name="casesPerOperator">The cases of each.</param>
    /// <param name="threads">The threads.</param>
    public static string OfNewestOperators(int casesPerOperator, int threads) => OfOperators(casesPerOperator, threads, _newest.Contains);

    private static string OfOperators(int casesPerOperator, int threads, Func<string, bool> areMeant)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (OperatorDefinition definition in OperatorCatalog.Definitions.Where(definition => areMeant(OperatorCases.NameOf(definition))))
        {
            for (int i = 0; i < casesPerOperator; i++)
            {
                OperatorCase sample = OperatorCases.Make(definition, (ulong)i);
                var context = new OperatorContext(77, threads) { LeastWorkPerThread = 1 };
                foreach (TensorValue output in OperatorCase.Compute(sample.Bind(i % 2 == 0), context, sample.Inputs, sample.Node.Outputs.Length))
                {
                    Append(hash, output);
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Hashes the convolutions of fixed shapes, each with more and more threads.</summary>
    /// <param name="threads">The fewest threads.</param>
    public static string OfConvolutions(int threads)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ConvolutionCase convolution in ConvolutionCases.All)
        {
            foreach (CaseNumbers numbers in Enum.GetValues<CaseNumbers>())
            {
                OperatorCase sample = convolution.Make(numbers);
                BoundOperator bound = convolution.Bind(sample);
                for (int more = 0; more < 2; more++)
                {
                    Append(hash, OperatorCase.Compute(bound, new OperatorContext(0, threads + more) { LeastWorkPerThread = 1 }, sample.Inputs, 1)[0]);
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Hashes what every shipped decoder says of two rows of fixed characters.</summary>
    /// <param name="threads">The threads.</param>
    public static async Task<string> OfDecodersAsync(int threads)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long[] tokens = [.. Enumerable.Range(0, 2 * 40).Select(static index => (long)(index * 37 % 65))];
        foreach (string path in ShippedModels.Decoders)
        {
            OnnxModel model = OnnxModel.Load(path);
            var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = threads });
            foreach (KeyValuePair<string, TensorValue> output in await engine.RunAsync(ShippedModels.Prompt(model, tokens, 2), new GenerationOptions(1)).ConfigureAwait(false))
            {
                Append(hash, output.Value);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Hashes the outputs of every shipped classifier.</summary>
    public static async Task<string> OfModelsAsync(int threads)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in ShippedModels.Paths)
        {
            OnnxModel model = OnnxModel.Load(path);
            var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = threads });
            NamedTensors outputs = await engine.RunAsync(NamedTensors.Of(model.Inputs[0].Name, ShippedModels.Input(path, 64).Input), new GenerationOptions(1)).ConfigureAwait(false);
            foreach (KeyValuePair<string, TensorValue> output in outputs)
            {
                Append(hash, output.Value);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, TensorValue tensor)
    {
        Span<byte> number = stackalloc byte[8];
        hash.AppendData([(byte)tensor.Type, (byte)tensor.Shape.Rank]);
        foreach (long length in tensor.Shape.Lengths)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, length);
            hash.AppendData(number);
        }

        hash.AppendData(tensor.Bytes.Span);
    }
}
