using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace Verifiable.Inference.OnnxRuntimePeer;

/// <summary>ONNX Runtime's native library, loaded once. Thread-safe.</summary>
public sealed unsafe class OnnxRuntimeLibrary
{
    /// <summary>The environment variable that holds the path of the native library.</summary>
    public const string Variable = "ONNXRUNTIME_LIBRARY";

    // Nothing but the end of the process: errors come back as exceptions.
    private const int LogFatal = 4;

    private static readonly Lazy<OnnxRuntimeLibrary?> _default = new(static () => Path is string path ? new OnnxRuntimeLibrary(path) : null);

    private OnnxRuntimeLibrary(string path)
    {
        Interface = new OrtInterface(NativeLibrary.Load(path));
        nint environment;
        fixed (byte* name = Encoding.UTF8.GetBytes("peer\0"))
        {
            Interface.Check(Interface.CreateEnvironment(LogFatal, name, &environment));
        }

        Interface.Check(Interface.DisableTelemetry(environment));
        Environment = environment;
        nint memory;
        Interface.Check(Interface.CreateProcessorMemory(0, 0, &memory));
        Memory = memory;
        nint allocator;
        Interface.Check(Interface.GetDefaultAllocator(&allocator));
        Allocator = allocator;
    }

    /// <summary>Gets a value indicating whether the environment names a library that is there.</summary>
    [MemberNotNullWhen(true, nameof(Path))]
    public static bool IsPresent => Path is not null;

    /// <summary>Gets the path of the library that the environment names; <see langword="null"/> when it names none, or one that is not there.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Gets how to enable what needs the library.</summary>
    public static string HowToEnable => $"ONNX Runtime is not there: set {Variable} to the path of its native library (libonnxruntime.so.1, onnxruntime.dll), as the npm package onnxruntime-node holds it.";

    /// <summary>Gets the library that the environment names.</summary>
    /// <exception cref="OnnxRuntimeException">There is none.</exception>
    public static OnnxRuntimeLibrary Default => _default.Value ?? throw new OnnxRuntimeException(HowToEnable);

    /// <summary>Gets the release, as <c>1.30.0</c>.</summary>
    public string Version => Interface.VersionText;

    internal OrtInterface Interface { get; }

    internal nint Environment { get; }

    internal nint Memory { get; }

    internal nint Allocator { get; }

    private static string? Find()
    {
        string? path = System.Environment.GetEnvironmentVariable(Variable);
        return File.Exists(path) ? System.IO.Path.GetFullPath(path) : null;
    }
}
