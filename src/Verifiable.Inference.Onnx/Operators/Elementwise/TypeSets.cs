using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The sets of element types that families of operators take. 16-bit floats are not among them: they are widened before.</summary>
internal static class TypeSets
{
    internal static readonly ElementType[] Floats = [ElementType.Float32, ElementType.Float64];

    internal static readonly ElementType[] Unsigned = [ElementType.UInt8, ElementType.UInt16, ElementType.UInt32, ElementType.UInt64];

    internal static readonly ElementType[] Integers = [.. Unsigned, ElementType.Int8, ElementType.Int16, ElementType.Int32, ElementType.Int64];

    internal static readonly ElementType[] Numbers = [.. Floats, .. Integers];

    internal static readonly ElementType[] Booleans = [ElementType.Boolean];

    internal static readonly ElementType[] NumbersAndBooleans = [.. Numbers, .. Booleans];

    internal static readonly ElementType[] All = [.. NumbersAndBooleans, ElementType.Float16, ElementType.BFloat16];
}
