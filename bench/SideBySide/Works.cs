using System.Globalization;
using Verifiable.Inference.Networks;

namespace Verifiable.Inference.SideBySide;

/// <summary>The work that is compared. Every weight comes from a seed.</summary>
internal static class Works
{
    internal static IReadOnlyList<Work> All { get; } =
    [
        new("matmul-1024", WorkKind.Time, 1, () => Product(1024, 1024, 1024)),
        new("matmul-1024-2-threads", WorkKind.Time, 2, () => Product(1024, 1024, 1024)),
        new("matvec-4096", WorkKind.Time, 1, () => Product(1, 4096, 4096)),
        new("matvec-4096-2-threads", WorkKind.Time, 2, () => Product(1, 4096, 4096)),
        new("resnet50", WorkKind.Time, 1, () => ResidualNetworks.ResNet50()),
        new("resnet50-2-threads", WorkKind.Time, 2, () => ResidualNetworks.ResNet50()),
        new("resnet50-bn", WorkKind.Time, 1, () => ResidualNetworks.ResNet50(normalizes: true)),
        new("mobilenetv2", WorkKind.Time, 1, () => MobileNetworks.MobileNetV2()),
        new("mobilenetv2-2-threads", WorkKind.Time, 2, () => MobileNetworks.MobileNetV2()),
        new("bert-base", WorkKind.Time, 1, () => EncoderNetworks.BertBase()),
        new("bert-base-2-threads", WorkKind.Time, 2, () => EncoderNetworks.BertBase()),
        new("bert-base-decomposed", WorkKind.Time, 1, () => EncoderNetworks.BertBase(EncoderStyle.Decomposed)),
        new("matmulinteger-1024", WorkKind.Time, 1, () => SmallNetworks.MatMulInteger(1024, 1024, 1024)),
        new("matmulinteger-128-768", WorkKind.Time, 1, () => SmallNetworks.MatMulInteger(128, 768, 768)),
        new("qlinearconv-64-56", WorkKind.Time, 1, () => SmallNetworks.QLinearConv(64, 56, 3)),
        new("qlinearconv-256-14", WorkKind.Time, 1, () => SmallNetworks.QLinearConv(256, 14, 3)),
        new("matmulnbits-8-4096", WorkKind.Time, 1, () => SmallNetworks.MatMulNBits(4096, 4096, 8, 32)),
        new("matmulnbits-4-4096", WorkKind.Time, 1, () => SmallNetworks.MatMulNBits(4096, 4096, 4, 32)),
        new("lstm-2x256", WorkKind.Time, 1, () => SmallNetworks.Lstm(2, 256, 100)),
        new("gpt2-prefill-64", WorkKind.Prefill, 1, DecoderMeasure.Gpt2),
        new("gpt2-prefill-64-2-threads", WorkKind.Prefill, 2, DecoderMeasure.Gpt2),
        new("gpt2-decode", WorkKind.Decode, 1, DecoderMeasure.Gpt2),
        new("gpt2-decode-2-threads", WorkKind.Decode, 2, DecoderMeasure.Gpt2),
        new("resnet50-load", WorkKind.FirstResult, 1, () => ResidualNetworks.ResNet50()),
        new("resnet50-memory", WorkKind.Memory, 1, () => ResidualNetworks.ResNet50()),
        new("bert-base-memory", WorkKind.Memory, 1, () => EncoderNetworks.BertBase()),
        new("resnet50-trace-cuts", WorkKind.CutPoints, 1, () => ResidualNetworks.ResNet50()),
        new("resnet50-trace-full", WorkKind.FullTrace, 1, () => ResidualNetworks.ResNet50()),
        new("mobilenetv2-trace-cuts", WorkKind.CutPoints, 1, () => MobileNetworks.MobileNetV2()),
        new("mobilenetv2-trace-full", WorkKind.FullTrace, 1, () => MobileNetworks.MobileNetV2()),
        new("bert-base-trace-cuts", WorkKind.CutPoints, 1, () => EncoderNetworks.BertBase()),
        new("bert-base-trace-full", WorkKind.FullTrace, 1, () => EncoderNetworks.BertBase()),
        new("gpt2-decode-trace-cuts", WorkKind.DecodeCutPoints, 1, DecoderMeasure.Gpt2),
    ];

    private static Network Product(long rows, long depth, long columns)
    {
        var builder = new NetworkBuilder(1);
        string x = builder.Input("x", builder.Weights.Uniform(-1, 1, rows, depth));
        string y = builder.Node("MatMul", [x, builder.Weight(1, depth, depth, columns)]);
        return builder.Build(string.Create(CultureInfo.InvariantCulture, $"matmul-{rows}-{depth}-{columns}"), (y, [rows, columns]));
    }
}
