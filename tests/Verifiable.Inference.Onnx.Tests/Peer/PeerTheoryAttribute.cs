using Verifiable.Inference.OnnxRuntimePeer;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>A test of several cases against ONNX Runtime: reported as skipped where its native library is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute()
    {
        Skip = OnnxRuntimeLibrary.IsPresent ? null : OnnxRuntimeLibrary.HowToEnable;
    }
}
