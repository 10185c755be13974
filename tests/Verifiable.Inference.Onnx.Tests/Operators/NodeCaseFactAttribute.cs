using Verifiable.Inference.CanonicalDigest;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>A test over ONNX's own node cases, which are no part of this repository: reported as skipped where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeCaseFactAttribute : FactAttribute
{
    public NodeCaseFactAttribute()
    {
        Skip = Folder is null ? "The ONNX node cases are not there: set ONNX_CONFORMANCE_DIR to their folder." : null;
    }

    /// <summary>Gets the folder of the cases, or <see langword="null"/>.</summary>
    internal static string? Folder { get; } = Find();

    private static string? Find()
    {
        string? folder = Environment.GetEnvironmentVariable("ONNX_CONFORMANCE_DIR");
        if (string.IsNullOrEmpty(folder) && ShippedModels.Root is string root)
        {
            folder = Path.Combine(root, "..", "shared", "onnx-node-tests");
        }

        return Directory.Exists(folder) ? folder : null;
    }
}
