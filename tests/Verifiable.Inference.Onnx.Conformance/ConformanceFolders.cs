using Verifiable.Inference.CanonicalDigest;

namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>Finds the cases, which are no part of this repository.</summary>
public static class ConformanceFolders
{
    /// <summary>The environment variable that names the folder of the node cases.</summary>
    public const string Variable = "ONNX_CONFORMANCE_DIR";

    /// <summary>The environment variable that names the folder of the light models.</summary>
    public const string LightVariable = "ONNX_LIGHT_DIR";

    /// <summary>Gets the folder of the node cases; <see langword="null"/> when it is not there.</summary>
    public static string? NodeCases { get; } = Find(Environment.GetEnvironmentVariable(Variable), "onnx-node-tests");

    /// <summary>Gets the folder of the light models; <see langword="null"/> when it is not there.</summary>
    public static string? LightModels { get; } = Find(Environment.GetEnvironmentVariable(LightVariable), "onnx-light");

    /// <summary>Gets how to enable what needs the node cases.</summary>
    public static string HowToEnable => $"The ONNX node cases are not there: set {Variable} to their folder (<case>/model.onnx, <case>/test_data_set_*/*.pb).";

    /// <summary>Gets how to enable what needs the light models.</summary>
    public static string HowToEnableLight => $"The light models are not there: set {LightVariable} to their folder (NAME.onnx, NAME_output_0.pb).";

    private static string? Find(string? named, string shared)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return Directory.Exists(named) ? named : null;
        }

        string? folder = ShippedModels.Root is string root ? Path.GetFullPath(Path.Combine(root, "..", "shared", shared)) : null;
        return Directory.Exists(folder) ? folder : null;
    }
}
