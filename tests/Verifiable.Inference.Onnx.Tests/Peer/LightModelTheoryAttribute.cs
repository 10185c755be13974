using Verifiable.Inference.Onnx.Conformance;
using Verifiable.Inference.OnnxRuntimePeer;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>A test of ONNX's light models against ONNX Runtime: reported as skipped where its native library or the models are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LightModelTheoryAttribute : TheoryAttribute
{
    public LightModelTheoryAttribute()
    {
        Skip = !OnnxRuntimeLibrary.IsPresent ? OnnxRuntimeLibrary.HowToEnable
            : ConformanceFolders.LightModels is null ? ConformanceFolders.HowToEnableLight
            : null;
    }
}
