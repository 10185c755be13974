using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes graph inputs and outputs of <see cref="ValueRecord"/>s.</summary>
internal static class ValueReader
{
    /// <summary>Reads one value.</summary>
    public static bool TryRead(ValueRecord proto, string what, [NotNullWhen(true)] out GraphValue? value, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        value = null;
        refusal = null;
        if (proto.Name.Length == 0)
        {
            refusal = new(ModelRefusalReason.Malformed, $"Expected every graph {what} to have a name, got one without.");
            return false;
        }

        var type = (ElementType)unchecked((byte)proto.ElementType);
        if (!proto.IsTensor || proto.ElementType is < 0 or > byte.MaxValue || !ElementTypes.IsKnown(type))
        {
            string got = proto.IsTensor ? $"data type {proto.ElementType}" : NameOfType(proto.TypeField);
            refusal = new(ModelRefusalReason.UnsupportedType, $"Expected graph {what} '{proto.Name}' to be a tensor of a supported element type, got {got}.");
            return false;
        }

        if (proto.Shape is null)
        {
            value = new GraphValue(proto.Name, type, [], IsRankKnown: false);
            return true;
        }

        if (proto.Shape.Count > TensorShape.MaxRank)
        {
            refusal = new(ModelRefusalReason.BadShape, $"Expected graph {what} '{proto.Name}' to have at most {TensorShape.MaxRank} dimensions, got {proto.Shape.Count}.");
            return false;
        }

        var dimensions = new GraphDimension[proto.Shape.Count];
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            DimensionRecord dimension = proto.Shape[axis];
            if (dimension.Length is < 0 or long.MaxValue)
            {
                refusal = new(ModelRefusalReason.BadShape, $"Expected graph {what} '{proto.Name}' to have dimensions of 0 or more, got {dimension.Length}.");
                return false;
            }

            dimensions[axis] = dimension.IsFixed ? dimension.Length : dimension.Name.Length != 0 ? GraphDimension.Named(dimension.Name) : default;
        }

        value = new GraphValue(proto.Name, type, ImmutableCollectionsMarshal.AsImmutableArray(dimensions));
        return true;
    }

    // The fields of TypeProto that are no tensors.
    private static string NameOfType(int field) => field switch
    {
        4 => "a sequence",
        5 => "a map",
        7 => "an opaque type",
        8 => "a sparse tensor",
        9 => "an optional value",
        _ => "no type",
    };
}
