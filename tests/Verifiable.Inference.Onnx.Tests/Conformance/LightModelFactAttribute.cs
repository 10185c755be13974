using Verifiable.Inference.Onnx.Conformance;

namespace Verifiable.Inference.Onnx.Tests.Conformance;

/// <summary>A test over ONNX's light models: reported as skipped where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LightModelFactAttribute : FactAttribute
{
    public LightModelFactAttribute()
    {
        Skip = ConformanceFolders.LightModels is null ? "The light models are not there: they are expected in ../shared/onnx-light, beside the repository." : null;
    }
}
