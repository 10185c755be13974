using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format.Wire;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes graph inputs and outputs of <c>ValueInfoProto</c> records.</summary>
internal static class ValueReader
{
    /// <summary>Reads one value.</summary>
    public static bool TryRead(ValueInfoProto proto, string what, [NotNullWhen(true)] out GraphValue? value, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        value = null;
        refusal = null;
        if (proto.Name.Length == 0)
        {
            refusal = new(ModelRefusalReason.Malformed, $"Expected every graph {what} to have a name, got one without.");
            return false;
        }

        TypeProto.Types.Tensor? tensor = proto.Type?.TensorType;
        var type = (ElementType)unchecked((byte)(tensor?.ElemType ?? 0));
        if (tensor is null || tensor.ElemType is < 0 or > byte.MaxValue || !ElementTypes.IsKnown(type))
        {
            string got = tensor is null ? $"{proto.Type?.ValueCase ?? TypeProto.ValueOneofCase.None}" : $"data type {tensor.ElemType}";
            refusal = new(ModelRefusalReason.UnsupportedType, $"Expected graph {what} '{proto.Name}' to be a tensor of a supported element type, got {got}.");
            return false;
        }

        if (tensor.Shape is null)
        {
            value = new GraphValue(proto.Name, type, [], IsRankKnown: false);
            return true;
        }

        if (tensor.Shape.Dim.Count > TensorShape.MaxRank)
        {
            refusal = new(ModelRefusalReason.BadShape, $"Expected graph {what} '{proto.Name}' to have at most {TensorShape.MaxRank} dimensions, got {tensor.Shape.Dim.Count}.");
            return false;
        }

        ImmutableArray<GraphDimension>.Builder dimensions = ImmutableArray.CreateBuilder<GraphDimension>();
        foreach (TensorShapeProto.Types.Dimension dimension in tensor.Shape.Dim)
        {
            if (dimension.DimValue is < 0 or long.MaxValue)
            {
                refusal = new(ModelRefusalReason.BadShape, $"Expected graph {what} '{proto.Name}' to have dimensions of 0 or more, got {dimension.DimValue}.");
                return false;
            }

            dimensions.Add(dimension.HasDimValue ? dimension.DimValue : dimension.DimParam.Length != 0 ? GraphDimension.Named(dimension.DimParam) : default);
        }

        value = new GraphValue(proto.Name, type, dimensions.DrainToImmutable());
        return true;
    }
}
