using Verifiable.Inference.OnnxRuntimePeer;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>A test against ONNX Runtime: reported as skipped where its native library is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute()
    {
        Skip = OnnxRuntimeLibrary.IsPresent ? null : OnnxRuntimeLibrary.HowToEnable;
    }
}
