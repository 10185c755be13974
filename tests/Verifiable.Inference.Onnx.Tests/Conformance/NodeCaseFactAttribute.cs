using Verifiable.Inference.Onnx.Conformance;

namespace Verifiable.Inference.Onnx.Tests.Conformance;

/// <summary>A test over ONNX's node cases: reported as skipped where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeCaseFactAttribute : FactAttribute
{
    public NodeCaseFactAttribute()
    {
        Skip = ConformanceFolders.NodeCases is null ? ConformanceFolders.HowToEnable : null;
    }
}
