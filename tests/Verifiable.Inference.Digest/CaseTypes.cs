using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Element types to choose from.</summary>
internal static class CaseTypes
{
    internal static readonly ElementType[] Integers =
    [
        ElementType.Int8, ElementType.Int16, ElementType.Int32, ElementType.Int64, ElementType.UInt8, ElementType.UInt16, ElementType.UInt32, ElementType.UInt64,
    ];

    internal static readonly ElementType[] Numbers = [ElementType.Float32, ElementType.Float64, .. Integers];

    internal static readonly ElementType[] All = [.. Numbers, ElementType.Boolean, ElementType.Float16, ElementType.BFloat16];
}
