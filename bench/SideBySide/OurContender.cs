using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>The canonical engine.</summary>
internal sealed class OurContender(string folder, NamedTensors inputs, int threads) : IContender
{
    private static readonly GenerationOptions _options = new(0);

    private readonly CanonicalEngine _engine = new(OnnxModel.Load(SavedNetwork.ModelPath(folder), new OnnxReadOptions { MapModelFile = true }), new CanonicalEngineOptions { Threads = threads });
    private NamedTensors? _outputs;

    public void Run() => _outputs = _engine.RunAsync(inputs, _options).AsTask().GetAwaiter().GetResult();

    public NamedTensors ReadOutputs() => _outputs ?? NamedTensors.Empty;

    public void Dispose()
    {
    }
}
