using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Cuts an output into runs that stay in cache while they are computed, finished and followed.</summary>
internal static class ElementRuns
{
    /// <summary>The most elements of a run.</summary>
    internal const int Length = 4096;

    /// <summary>Computes an output run by run.</summary>
    /// <param name="context">The threads.</param>
    /// <param name="output">The output.</param>
    /// <param name="work">About how many elementary operations one element takes.</param>
    /// <param name="run">Computes the elements from an index on; runs do not overlap.</param>
    internal static void For<T>(OperatorContext context, TensorBuffer output, long work, Run<T> run)
        where T : unmanaged
    {
        context.For(output.Length, work, (from, to) =>
        {
            Span<T> elements = MemoryMarshal.Cast<byte, T>(output.Bytes);
            for (int start = from; start < to; start += Length)
            {
                Span<T> piece = elements[start..Math.Min(to, start + Length)];
                run(piece, start);
                Finish(context, output.Signature.Type, piece, start);
            }
        });
    }

    /// <summary>Gets a tensor's elements; Booleans are bytes, brain floats 16 bits.</summary>
    internal static ReadOnlySpan<T> Of<T>(TensorValue tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span);

    /// <summary>Completes a run of an output: what follows binary32 in its chain is done, and NaNs of any float type become canonical.</summary>
    internal static void Finish<T>(OperatorContext context, ElementType type, Span<T> piece, int start)
        where T : unmanaged
    {
        if (type == ElementType.Float32)
        {
            context.Finish(MemoryMarshal.Cast<T, float>(piece), start);
        }
        else
        {
            CanonicalNaN.Apply(type, MemoryMarshal.AsBytes(piece));
        }
    }

    /// <summary>Computes the elements of an output from an index on.</summary>
    internal delegate void Run<T>(Span<T> elements, int start)
        where T : unmanaged;
}
