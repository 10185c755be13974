using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes attribute values of <see cref="AttributeRecord"/>s.</summary>
internal static class AttributeReader
{
    private const int Graph = 5;
    private const int Tensors = 9;
    private const int Graphs = 10;
    private const int SparseTensor = 11;
    private const int SparseTensors = 12;
    private const int TypeProtos = 14;

    /// <summary>Makes the body of a graph node.</summary>
    internal delegate bool BodyConverter(GraphRecord proto, [NotNullWhen(true)] out GraphBody? body, [NotNullWhen(false)] out ModelRefusal? refusal);

    /// <summary>Reads one attribute; the refusal does not name the graph node yet.</summary>
    public static bool TryRead(
        AttributeRecord proto, TensorReader tensors, BodyConverter bodies, [NotNullWhen(true)] out AttributeValue? value, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        value = null;
        refusal = null;

        // Bit 0 stands for fields that are no values.
        int held = proto.Held & ~1;
        int type = proto.Type != 0 ? proto.Type : BitOperations.IsPow2(held) ? BitOperations.Log2((uint)held) : 0;
        if (proto.RefAttrName.Length != 0)
        {
            refusal = new(ModelRefusalReason.FunctionUnsupported, $"Expected attribute '{proto.Name}' to have a value, got a reference to an attribute of a function.");
        }
        else if (type is Graphs)
        {
            refusal = new(ModelRefusalReason.SubgraphUnsupported, $"Expected attribute '{proto.Name}' to be one graph at most, got a list of graphs.");
        }
        else if (type is SparseTensor or SparseTensors)
        {
            refusal = new(ModelRefusalReason.SparseUnsupported, $"Expected attribute '{proto.Name}' to be dense, got a sparse tensor.");
        }
        else if (type is < 0 or > TypeProtos or Tensors || (type > Graphs && type <= TypeProtos))
        {
            refusal = new(ModelRefusalReason.UnsupportedAttribute, $"Expected attribute '{proto.Name}' to be a number, text, a tensor or a list of numbers or texts, got type {type}.");
        }
        else if (type == 0 || (held & ~(1 << type)) != 0)
        {
            refusal = new(ModelRefusalReason.BadAttribute, $"Expected attribute '{proto.Name}' of type {type} to hold a value of that type only, got values of types [{string.Join(", ", Enumerable.Range(1, TypeProtos).Where(kind => (held & (1 << kind)) != 0))}].");
        }
        else if (type is Graph)
        {
            if (proto.G is null)
            {
                refusal = new(ModelRefusalReason.BadAttribute, $"Expected attribute '{proto.Name}' to hold a graph, got none.");
            }
            else if (bodies(proto.G, out GraphBody? body, out refusal))
            {
                value = AttributeValue.Of(body);
            }
        }
        else if ((AttributeKind)type != AttributeKind.Tensor)
        {
            value = Convert(proto, tensors.File, (AttributeKind)type);
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
    private static AttributeValue Convert(AttributeRecord proto, ReadOnlySpan<byte> file, AttributeKind kind)
    {
        switch (kind)
        {
            case AttributeKind.Float:
                return AttributeValue.Of(proto.F);
            case AttributeKind.Int:
                return AttributeValue.Of(proto.I);
            case AttributeKind.Text:
                return AttributeValue.OfBytes(Copy(file, proto.S));
            case AttributeKind.Floats:
                float[] floats = new float[proto.FloatsCount];
                WireListReader reader = new(file, proto.Parts, AttributeRecord.FloatsList);
                for (int i = 0; reader.Next(out ulong bits); i++)
                {
                    floats[i] = BitConverter.UInt32BitsToSingle(unchecked((uint)bits));
                }

                return AttributeValue.Of(floats.AsSpan());
            case AttributeKind.Ints:
                long[] integers = new long[proto.IntsCount];
                reader = new WireListReader(file, proto.Parts, AttributeRecord.IntsList);
                for (int i = 0; reader.Next(out ulong bits); i++)
                {
                    integers[i] = unchecked((long)bits);
                }

                return AttributeValue.Of(integers.AsSpan());
            default:
                var texts = ImmutableArray.CreateBuilder<ImmutableArray<byte>>(proto.Strings.Count);
                foreach (WirePart text in proto.Strings)
                {
                    texts.Add(Copy(file, text));
                }

                return AttributeValue.OfTexts(texts.MoveToImmutable());
        }
    }

    private static ImmutableArray<byte> Copy(ReadOnlySpan<byte> file, WirePart text) => ImmutableArray.Create(file.Slice(text.Start, text.Length));
}
