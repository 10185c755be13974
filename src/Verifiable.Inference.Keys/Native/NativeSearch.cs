using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Keys.Native;

/// <summary>Finds a native library: at the path that an environment variable names, else beside the application (where NuGet puts it), else where the system looks.</summary>
internal static class NativeSearch
{
    /// <summary>Loads the first library that is there and has every function that is asked of it.</summary>
    /// <param name="variable">The environment variable that may name a path; when it does, nothing else is tried.</param>
    /// <param name="names">The names to try, in order.</param>
    /// <param name="bind">Looks the functions up; <see langword="null"/> when the library lacks one.</param>
    /// <returns>What <paramref name="bind"/> made, or <see langword="null"/> when there is no such library.</returns>
    public static T? Find<T>(string variable, string[] names, Func<nint, T?> bind)
        where T : class
    {
        string? path = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(path)
            ? names.Select(name => Load(name, bind)).FirstOrDefault(static library => library is not null)
            : Path.IsPathFullyQualified(path) && NativeLibrary.TryLoad(path, out nint handle) ? bind(handle) : null;
    }

    /// <summary>Looks up a function.</summary>
    public static bool TryGet(nint library, string function, [NotNullWhen(true)] out nint address) => NativeLibrary.TryGetExport(library, function, out address);

    // Not from the working directory, where anybody may have put a file.
    private static T? Load<T>(string name, Func<nint, T?> bind)
        where T : class =>
        NativeLibrary.TryLoad(name, typeof(NativeSearch).Assembly, DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories, out nint handle) ? bind(handle) : null;
}
