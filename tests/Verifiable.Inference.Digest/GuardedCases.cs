using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Computes cases over <see cref="GuardedMemory"/>; in a process of its own, which ends where an operator reads or writes beyond its tensors.</summary>
internal static class GuardedCases
{
    /// <summary>Computes cases of every operator windows over one channel of every width and convolutions of fixed shapes, and counts them.</summary>
    internal static int Count(int casesPerOperator)
    {
        int count = 0;
        foreach (OperatorDefinition definition in OperatorCatalog.Definitions)
        {
            for (ulong seed = 0; seed < (ulong)casesPerOperator; seed++)
            {
                Check(OperatorCases.Make(definition, seed), seed);
                count++;
            }
        }

        for (int width = 1; width <= 70; width++)
        {
            for (int height = 1; height <= 4; height++)
            {
                foreach (int stride in new[] { 1, 2 })
                {
                    Check(Windows(width, height, stride), (ulong)count);
                    count++;
                }
            }
        }

        foreach (ConvolutionCase convolution in ConvolutionCases.All)
        {
            Check(convolution.Make((CaseNumbers)(count % 3)), convolution.Bind);
            count++;
        }

        return count;
    }

    private static OperatorCase Windows(int width, int height, int stride)
    {
        var random = new CaseRandom((ulong)(width + (100 * height)));
        (int channels, int multiplier) = (random.Between(2, 4), random.Between(1, 3));
        TensorValue?[] inputs = [random.Floats(random.Between(1, 2), channels, height, width), random.Floats(channels * multiplier, 1, 3, 3), random.Coin() ? random.Floats(channels * multiplier) : null];
        return OperatorCase.Of(
            "Conv", 13, inputs, [], ("group", AttributeValue.Of((long)channels)), ("strides", AttributeValue.Of((long)stride, (long)stride)), ("pads", AttributeValue.Of(1L, 1L, 1L, 1L)));
    }

    private static void Check(OperatorCase sample, ulong seed) => Check(sample, moved => moved.Bind(seed % 2 == 0));

    private static void Check(OperatorCase sample, Func<OperatorCase, BoundOperator> bind)
    {
        int outputs = sample.Node.Outputs.Length;
        TensorValue[] expected = OperatorCase.Compute(sample.Bind(true), new OperatorContext(77), sample.Inputs, outputs);
        foreach (bool isAtEnd in new[] { true, false })
        {
            List<GuardedMemory> taken = [];
            Memory<byte> Take(int length)
            {
                taken.Add(new GuardedMemory(length, isAtEnd));
                return taken[^1].Memory;
            }

            TensorValue? Move(TensorValue? input)
            {
                if (input is null)
                {
                    return null;
                }

                Memory<byte> memory = Take(input.Bytes.Length);
                input.Bytes.CopyTo(memory);
                return TensorValue.Take(input.Type, input.Shape, memory);
            }

            OperatorCase moved = sample with { Inputs = [.. sample.Inputs.Select(Move)] };
            var signatures = new TensorSignature[outputs];
            BoundOperator bound = bind(moved);
            if (!bound.TryInfer(new TensorInputs(moved.Inputs), signatures, out string? fault))
            {
                throw new InvalidOperationException(fault);
            }

            TensorBuffer[] buffers = [.. signatures.Select(signature => new TensorBuffer(signature, Take(checked((int)signature.Shape.ElementCount * ElementTypes.SizeOf(signature.Type)))))];
            bound.Compute(new OperatorContext(77, 2) { LeastWorkPerThread = 1 }, moved.Inputs, buffers);
            for (int i = 0; i < buffers.Length; i++)
            {
                if (!buffers[i].Bytes.SequenceEqual(expected[i].Bytes.Span))
                {
                    throw new InvalidOperationException($"{sample}: output {i} differs.");
                }
            }

            foreach (IDisposable memory in taken)
            {
                memory.Dispose();
            }
        }
    }
}
