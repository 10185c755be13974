using System.Collections.Immutable;
using System.Text;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Writes the canonical encoding that a model's identity is the digest of: <c>docs/reference/model-identity.md</c>, section by section.</summary>
internal static class ModelEncoding
{
    private const string ModelDomain = "vinf/model/v1";
    private const string NodeDomain = "vinf/model-node/v1";
    private const string WeightDomain = "vinf/model-weight/v1";
    private const string BodyDomain = "vinf/model-body/v1";
    private const int InitialBytes = 256;

    // Text that is no UTF-16 would be replaced silently, and two names would become one.
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Computes the digest of the model from its interface and the two roots.</summary>
    public static Digest Commit(OnnxModel model, Digest nodesRoot, Digest weightsRoot)
    {
        CanonicalWriter writer = new(stackalloc byte[InitialBytes]);
        writer.WriteDomain(ModelDomain);
        ImmutableSortedSet<string> domains = DomainsOf(model.Nodes).ToImmutableSortedSet(StringComparer.Ordinal);
        writer.WriteUInt32((uint)domains.Count);
        foreach (string domain in domains)
        {
            WriteText(ref writer, domain);
            writer.WriteUInt32((uint)model.OpsetImports[domain]);
        }

        WriteValues(ref writer, model.Inputs);
        WriteValues(ref writer, model.Outputs);
        writer.WriteDigest(nodesRoot);
        writer.WriteDigest(weightsRoot);
        Digest id = writer.ToDigest();
        writer.Dispose();
        return id;
    }

    /// <summary>Computes the digest of a body from its interface and the two roots.</summary>
    public static Digest Commit(GraphBody body)
    {
        SortedDictionary<string, SortedSet<TensorLayout>> layouts = WeightLayouts.Of(body.Initializers.Keys, body.Nodes, body.Outputs);
        MerkleTree nodes = MerkleTree.Of(body.Nodes.Select(node => (ReadOnlyMemory<byte>)EncodeNode(node)));
        MerkleTree weights = MerkleTree.Of(body.Initializers.Select(pair => (ReadOnlyMemory<byte>)EncodeWeight(
            pair.Key, [.. layouts[pair.Key].Select(layout => new WeightCommitment(pair.Key, layout, ModelIdentity.Commit(pair.Value, layout)))])));
        CanonicalWriter writer = new(stackalloc byte[InitialBytes]);
        writer.WriteDomain(BodyDomain);
        WriteValues(ref writer, body.Inputs);
        WriteValues(ref writer, body.Outputs);
        writer.WriteDigest(nodes.Root);
        writer.WriteDigest(weights.Root);
        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }

    private static IEnumerable<string> DomainsOf(ImmutableArray<GraphNode> nodes) =>
        nodes.SelectMany(node => node.Bodies.SelectMany(body => DomainsOf(body.Nodes)).Append(node.Domain));

    /// <summary>Encodes a graph node.</summary>
    public static byte[] EncodeNode(GraphNode node)
    {
        CanonicalWriter writer = new(stackalloc byte[InitialBytes]);
        writer.WriteDomain(NodeDomain);
        WriteText(ref writer, node.Domain);
        WriteText(ref writer, node.OperatorType);
        WriteNames(ref writer, node.Inputs);
        WriteNames(ref writer, node.Outputs);
        writer.WriteUInt32((uint)node.Attributes.Count);
        foreach ((string name, AttributeValue value) in node.Attributes)
        {
            WriteText(ref writer, name);
            WriteAttribute(ref writer, value);
        }

        byte[] bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    /// <summary>Encodes an initialiser by its commitments.</summary>
    public static byte[] EncodeWeight(string name, ImmutableArray<WeightCommitment> commitments)
    {
        CanonicalWriter writer = new(stackalloc byte[InitialBytes]);
        writer.WriteDomain(WeightDomain);
        WriteText(ref writer, name);
        writer.WriteByte((byte)commitments.Length);
        foreach (WeightCommitment commitment in commitments)
        {
            writer.WriteByte((byte)commitment.Layout);
            writer.WriteDigest(commitment.Digest);
        }

        byte[] bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    private static void WriteValues(ref CanonicalWriter writer, ImmutableArray<GraphValue> values)
    {
        writer.WriteUInt32((uint)values.Length);
        foreach (GraphValue value in values)
        {
            WriteText(ref writer, value.Name);
            writer.WriteByte((byte)value.Type);
            writer.WriteBoolean(value.IsRankKnown);
            writer.WriteByte((byte)value.Dimensions.Length);
            foreach (GraphDimension dimension in value.Dimensions)
            {
                writer.WriteBoolean(dimension.IsFixed);
                if (dimension.IsFixed)
                {
                    writer.WriteInt64(dimension.Length);
                }
                else
                {
                    WriteText(ref writer, dimension.Symbol);
                }
            }
        }
    }

    private static void WriteAttribute(ref CanonicalWriter writer, AttributeValue value)
    {
        writer.WriteByte((byte)value.Kind);
        switch (value.Kind)
        {
            case AttributeKind.Float:
                writer.WriteUInt32(BitConverter.SingleToUInt32Bits(value.Float));
                break;
            case AttributeKind.Int:
                writer.WriteInt64(value.Int);
                break;
            case AttributeKind.Text:
                writer.WriteBytes(value.TextBytes.AsSpan());
                break;
            case AttributeKind.Tensor:
                writer.WriteDigest(ModelIdentity.Commit(value.Tensor, TensorLayout.RowMajor));
                break;
            case AttributeKind.Graph:
                writer.WriteDigest(value.Graph.Digest);
                break;
            case AttributeKind.Floats:
                writer.WriteUInt32((uint)value.Floats.Length);
                foreach (float element in value.Floats)
                {
                    writer.WriteUInt32(BitConverter.SingleToUInt32Bits(element));
                }

                break;
            case AttributeKind.Ints:
                writer.WriteUInt32((uint)value.Ints.Length);
                foreach (long element in value.Ints)
                {
                    writer.WriteInt64(element);
                }

                break;
            default:
                writer.WriteUInt32((uint)value.TextsBytes.Length);
                foreach (ImmutableArray<byte> element in value.TextsBytes)
                {
                    writer.WriteBytes(element.AsSpan());
                }

                break;
        }
    }

    private static void WriteNames(ref CanonicalWriter writer, ImmutableArray<string> names)
    {
        writer.WriteUInt32((uint)names.Length);
        foreach (string name in names)
        {
            WriteText(ref writer, name);
        }
    }

    private static void WriteText(ref CanonicalWriter writer, string text) => writer.WriteBytes(_strictUtf8.GetBytes(text));
}
