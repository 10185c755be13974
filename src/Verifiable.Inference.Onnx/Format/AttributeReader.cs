using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Verifiable.Inference.Onnx.Format.Wire;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes attribute values of <c>AttributeProto</c> records.</summary>
internal static class AttributeReader
{
    private const int Graph = 5;
    private const int Tensors = 9;
    private const int Graphs = 10;
    private const int SparseTensor = 11;
    private const int SparseTensors = 12;
    private const int TypeProtos = 14;

    /// <summary>Reads one attribute; the refusal does not name the graph node yet.</summary>
    public static bool TryRead(
        AttributeProto proto, TensorReader tensors, [NotNullWhen(true)] out AttributeValue? value, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        value = null;
        refusal = null;
        ImmutableArray<int> held = HeldTypes(proto);
        int type = proto.Type != 0 ? proto.Type : held.Length == 1 ? held[0] : 0;
        if (proto.RefAttrName.Length != 0)
        {
            refusal = new(ModelRefusalReason.FunctionUnsupported, $"Expected attribute '{proto.Name}' to have a value, got a reference to an attribute of a function.");
        }
        else if (type is Graph or Graphs)
        {
            refusal = new(ModelRefusalReason.SubgraphUnsupported, $"Expected attribute '{proto.Name}' to be no graph: bodies of graph nodes are not supported.");
        }
        else if (type is SparseTensor or SparseTensors)
        {
            refusal = new(ModelRefusalReason.SparseUnsupported, $"Expected attribute '{proto.Name}' to be dense, got a sparse tensor.");
        }
        else if (type is < 0 or > TypeProtos or Tensors || (type > Graphs && type <= TypeProtos))
        {
            refusal = new(ModelRefusalReason.UnsupportedAttribute, $"Expected attribute '{proto.Name}' to be a number, text, a tensor or a list of numbers or texts, got type {type}.");
        }
        else if (type == 0 || held.Any(other => other != type))
        {
            refusal = new(ModelRefusalReason.BadAttribute, $"Expected attribute '{proto.Name}' of type {type} to hold a value of that type only, got values of types [{string.Join(", ", held)}].");
        }
        else if ((AttributeKind)type != AttributeKind.Tensor)
        {
            value = Convert(proto, (AttributeKind)type);
        }
        else if (proto.T is null)
        {
            refusal = new(ModelRefusalReason.BadAttribute, $"Expected attribute '{proto.Name}' to hold a tensor, got none.");
        }
        else if (tensors.TryRead(proto.T, $"the tensor of attribute '{proto.Name}'", out TensorValue? tensor, out refusal))
        {
            value = AttributeValue.Of(tensor);
        }

        return value is not null;
    }

    // A single number that is absent is zero: that is how writers of the third version of protobuf say it.
    private static AttributeValue Convert(AttributeProto proto, AttributeKind kind) => kind switch
    {
        AttributeKind.Float => AttributeValue.Of(proto.F),
        AttributeKind.Int => AttributeValue.Of(proto.I),
        AttributeKind.Text => AttributeValue.OfBytes(ToArray(proto.S)),
        AttributeKind.Floats => AttributeValue.Of([.. proto.Floats]),
        AttributeKind.Ints => AttributeValue.Of([.. proto.Ints]),
        _ => AttributeValue.OfTexts([.. proto.Strings.Select(ToArray)]),
    };

    private static ImmutableArray<byte> ToArray(ByteString text) => ImmutableArray.Create(text.Span);

    // The numbers of AttributeProto.AttributeType, as far as the record has a value of the type.
    private static ImmutableArray<int> HeldTypes(AttributeProto proto)
    {
        ReadOnlySpan<(int Type, bool Held)> all =
        [
            (1, proto.HasF), (2, proto.HasI), (3, proto.HasS), (4, proto.T is not null), (Graph, proto.HasG), (6, proto.Floats.Count != 0),
            (7, proto.Ints.Count != 0), (8, proto.Strings.Count != 0), (Tensors, proto.Tensors.Count != 0), (Graphs, proto.Graphs.Count != 0),
            (SparseTensor, proto.HasSparseTensor), (SparseTensors, proto.SparseTensors.Count != 0), (13, proto.HasTp), (TypeProtos, proto.TypeProtos.Count != 0),
        ];
        ImmutableArray<int>.Builder held = ImmutableArray.CreateBuilder<int>();
        foreach ((int type, bool isHeld) in all)
        {
            if (isHeld)
            {
                held.Add(type);
            }
        }

        return held.DrainToImmutable();
    }
}
