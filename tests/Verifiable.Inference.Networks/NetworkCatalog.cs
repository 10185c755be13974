namespace Verifiable.Inference.Networks;

/// <summary>Lists the small networks that tests run.</summary>
public static class NetworkCatalog
{
    private static readonly SortedDictionary<string, Func<Network>> _small = new(StringComparer.Ordinal)
    {
        ["alexnet-small"] = () => PlainNetworks.AlexNet(),
        ["bert-small-decomposed"] = () => EncoderNetworks.BertSmall(EncoderStyle.Decomposed),
        ["bert-small-dynamic"] = () => EncoderNetworks.BertSmall(EncoderStyle.DynamicShapes),
        ["bert-small-normalization"] = () => EncoderNetworks.BertSmall(EncoderStyle.LayerNormalization),
        ["densenet-cell"] = () => PlainNetworks.DenseNetCell(),
        ["inception-cell"] = () => PlainNetworks.InceptionCell(),
        ["mobilenetv2-small"] = () => MobileNetworks.MobileNetV2(size: 64),
        ["mobilenetv3-cell"] = () => MobileNetworks.MobileNetV3Cell(),
        ["resnet-small"] = () => ResidualNetworks.Small(normalizes: false),
        ["resnet-small-bn"] = () => ResidualNetworks.Small(normalizes: true),
        ["resnet-stage"] = () => ResidualNetworks.Stage(),
        ["shufflenet-cell"] = () => MobileNetworks.ShuffleNetCell(),
        ["squeezenet-cell"] = () => PlainNetworks.SqueezeNetCell(),
        ["vgg-small"] = () => PlainNetworks.Vgg(),
        ["vit-small"] = () => EncoderNetworks.VitSmall(),
    };

    /// <summary>Gets the names.</summary>
    public static IReadOnlyCollection<string> Small => _small.Keys;

    /// <summary>Makes a network.</summary>
    /// <exception cref="KeyNotFoundException">No network has the name.</exception>
    public static Network Make(string name) => _small[name]();
}
