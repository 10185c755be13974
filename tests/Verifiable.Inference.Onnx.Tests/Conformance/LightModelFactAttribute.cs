using Verifiable.Inference.Onnx.Conformance;

namespace Verifiable.Inference.Onnx.Tests.Conformance;

/// <summary>A test over ONNX's light models: reported as skipped where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LightModelFactAttribute : FactAttribute
{
    public LightModelFactAttribute()
    {
        Skip = ConformanceFolders.LightModels is null ? ConformanceFolders.HowToEnableLight : null;
    }
}
