using System.Numerics;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What operators over rows of either binary32 or binary64 do to a whole run.</summary>
internal static class RowFunctions
{
    /// <summary>Completes a run of an output: <see cref="OperatorContext.Finish"/> for either float type.</summary>
    internal static void Finish<T>(OperatorContext context, Span<T> values, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            context.Finish(MemoryMarshal.Cast<T, float>(values), start);
        }
        else
        {
            CanonicalNaN.Apply(ElementType.Float64, MemoryMarshal.AsBytes(values));
        }
    }
}
