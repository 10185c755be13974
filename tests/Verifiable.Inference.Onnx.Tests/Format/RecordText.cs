using System.Globalization;
using System.Text;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Tests.Wire;

namespace Verifiable.Inference.Onnx.Tests.Format;

/// <summary>Writes what a reader made of a file, so that two readers can be compared: one line a record.</summary>
internal static class RecordText
{
    public static string Of(ModelProto model)
    {
        StringBuilder text = new();
        Line(text, "model", model.IrVersion, model.Functions.Count, model.Graph is null ? "no graph" : model.Graph.SparseInitializer.Count);
        foreach (OperatorSetIdProto opset in model.OpsetImport)
        {
            Line(text, "opset", opset.Domain, opset.Version);
        }

        Add(text, model.Graph);
        return text.ToString();
    }

    private static void Add(StringBuilder text, GraphProto? graph)
    {
        foreach (NodeProto node in graph?.Node ?? [])
        {
            Line(text, "node", node.Name, node.Domain, node.OpType, node.Overload, string.Join('|', node.Input), string.Join('|', node.Output));
            foreach (AttributeProto attribute in node.Attribute)
            {
                bool[] held =
                [
                    attribute.HasF, attribute.HasI, attribute.HasS, attribute.T is not null, attribute.G is not null, attribute.Floats.Count != 0, attribute.Ints.Count != 0,
                    attribute.Strings.Count != 0, attribute.Tensors.Count != 0, attribute.Graphs.Count != 0, attribute.HasSparseTensor, attribute.SparseTensors.Count != 0,
                    attribute.HasTp, attribute.TypeProtos.Count != 0,
                ];
                Line(text, "attribute", attribute.Name, attribute.RefAttrName, attribute.Type, string.Concat(held.Select(isHeld => isHeld ? '1' : '0')));
                Line(text, "numbers", Bits(attribute.F), attribute.I, string.Join(',', attribute.Floats.Select(Bits)), string.Join(',', attribute.Ints));
                Line(text, "texts", Hex(attribute.S.Span), string.Join(',', attribute.Strings.Select(element => Hex(element.Span))));
                Add(text, attribute.T);
                if (attribute.G is not null)
                {
                    Line(text, "body", attribute.G.SparseInitializer.Count);
                    Add(text, attribute.G);
                }
            }
        }

        foreach (TensorProto tensor in graph?.Initializer ?? [])
        {
            Add(text, tensor);
        }

        foreach (ValueInfoProto value in (graph?.Input ?? []).Append(null!).Concat(graph?.Output ?? []))
        {
            TypeProto.Types.Tensor? tensor = value?.Type?.TensorType;
            Line(text, "value", value?.Name, (int)(value?.Type?.ValueCase ?? 0), tensor?.ElemType ?? 0, tensor?.Shape is null ? "no shape" : "shape");
            foreach (TensorShapeProto.Types.Dimension dimension in tensor?.Shape?.Dim ?? [])
            {
                Line(text, "dimension", dimension.HasDimValue, dimension.DimValue, dimension.DimParam);
            }
        }
    }

    public static string Of(ModelRecord model, ReadOnlySpan<byte> file)
    {
        StringBuilder text = new();
        Line(text, "model", model.IrVersion, model.Functions, model.Graph is null ? "no graph" : model.Graph.SparseInitializers);
        foreach (OpsetRecord opset in model.OpsetImport)
        {
            Line(text, "opset", opset.Domain, opset.Version);
        }

        Add(text, model.Graph, file);
        return text.ToString();
    }

    private static void Add(StringBuilder text, GraphRecord? graph, ReadOnlySpan<byte> file)
    {
        foreach (NodeRecord node in graph?.Node ?? [])
        {
            Line(text, "node", node.Name, node.Domain, node.OpType, node.Overload, string.Join('|', node.Input), string.Join('|', node.Output));
            foreach (AttributeRecord attribute in node.Attribute)
            {
                Line(text, "attribute", attribute.Name, attribute.RefAttrName, attribute.Type, string.Concat(Enumerable.Range(1, 14).Select(kind => (char)('0' + ((attribute.Held >> kind) & 1)))));
                string floats = Elements(file, attribute.Parts, AttributeRecord.FloatsList, bits => Bits(BitConverter.UInt32BitsToSingle(unchecked((uint)bits))), attribute.FloatsCount);
                Line(text, "numbers", Bits(attribute.F), attribute.I, floats, Elements(file, attribute.Parts, AttributeRecord.IntsList, Integer, attribute.IntsCount));
                List<string> texts = [];
                foreach (WirePart part in attribute.Strings)
                {
                    texts.Add(Hex(file.Slice(part.Start, part.Length)));
                }

                Line(text, "texts", Hex(file.Slice(attribute.S.Start, attribute.S.Length)), string.Join(',', texts));
                Add(text, attribute.T, file);
                if (attribute.G is not null)
                {
                    Line(text, "body", attribute.G.SparseInitializers);
                    Add(text, attribute.G, file);
                }
            }
        }

        foreach (TensorRecord tensor in graph?.Initializer ?? [])
        {
            Add(text, tensor, file);
        }

        foreach (ValueRecord? value in (graph?.Input ?? []).Append(null!).Concat(graph?.Output ?? []))
        {
            bool isTensor = value is { IsTensor: true };
            Line(text, "value", value?.Name, value?.TypeField ?? 0, isTensor ? value!.ElementType : 0, isTensor && value!.Shape is not null ? "shape" : "no shape");
            foreach (DimensionRecord dimension in isTensor ? value!.Shape ?? [] : [])
            {
                Line(text, "dimension", dimension.IsFixed, dimension.Length, dimension.Name);
            }
        }
    }

    private static void Add(StringBuilder text, TensorProto? tensor)
    {
        if (tensor is null)
        {
            return;
        }

        Line(text, "tensor", tensor.Name, tensor.DataType, tensor.DataLocation, tensor.HasSegment, tensor.StringData.Count != 0, tensor.HasRawData, Hex(tensor.RawData.Span));
        Line(text, "integers", string.Join(',', tensor.Dims), string.Join(',', tensor.Int32Data), string.Join(',', tensor.Int64Data), string.Join(',', tensor.Uint64Data));
        Line(text, "floats", string.Join(',', tensor.FloatData.Select(Bits)), string.Join(',', tensor.DoubleData.Select(BitConverter.DoubleToUInt64Bits)));
        Line(text, "external", string.Join(',', tensor.ExternalData.Select(entry => entry.Key + "=" + entry.Value)));
    }

    private static void Add(StringBuilder text, TensorRecord? tensor, ReadOnlySpan<byte> file)
    {
        if (tensor is null)
        {
            return;
        }

        string raw = Hex(file.Slice(tensor.RawData.Start, tensor.RawData.Length));
        Line(text, "tensor", tensor.Name, tensor.DataType, tensor.DataLocation, tensor.HasSegment, tensor.HasText, tensor.HasRawData, raw);
        Line(
            text,
            "integers",
            Elements(file, tensor.Parts, TensorRecord.DimsList, Integer, tensor.Dims),
            Elements(file, tensor.Parts, TensorRecord.Int32List, bits => Integer(unchecked((ulong)(int)bits)), tensor.Int32s),
            Elements(file, tensor.Parts, TensorRecord.Int64List, Integer, tensor.Int64s),
            Elements(file, tensor.Parts, TensorRecord.UInt64List, bits => $"{bits}", tensor.UInt64s));
        string floats = Elements(file, tensor.Parts, TensorRecord.FloatList, bits => Bits(BitConverter.UInt32BitsToSingle(unchecked((uint)bits))), tensor.Floats);
        Line(text, "floats", floats, Elements(file, tensor.Parts, TensorRecord.DoubleList, bits => $"{bits}", tensor.Doubles));
        Line(text, "external", string.Join(',', tensor.ExternalData.Select(entry => entry.Key + "=" + entry.Value)));
    }

    private static string Elements(ReadOnlySpan<byte> file, List<WirePart> parts, WireList list, Func<ulong, string> write, int count)
    {
        List<string> elements = [];
        WireListReader reader = new(file, parts, list);
        while (reader.Next(out ulong element))
        {
            elements.Add(write(element));
        }

        Assert.Equal(count, elements.Count);
        return string.Join(',', elements);
    }

    private static void Line(StringBuilder text, params object?[] words) => text.AppendJoin(' ', words.Select(word => Convert.ToString(word, CultureInfo.InvariantCulture))).Append('\n');

    private static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture);

    private static string Integer(ulong bits) => unchecked((long)bits).ToString(CultureInfo.InvariantCulture);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);
}
