using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>ONNX Runtime's processor provider at its default optimisation level.</summary>
internal sealed class PeerContender : IContender
{
    private readonly OnnxRuntimeSession _session;
    private readonly OnnxRuntimeCall _call;

    internal PeerContender(string folder, NamedTensors inputs, int threads)
    {
        _session = new OnnxRuntimeSession(SavedNetwork.ModelPath(folder), new OnnxRuntimeOptions { Threads = threads });
        _call = _session.Prepare(inputs);
    }

    public void Run() => _call.Run();

    public NamedTensors ReadOutputs() => _call.ReadOutputs();

    public void Dispose()
    {
        _call.Dispose();
        _session.Dispose();
    }
}
