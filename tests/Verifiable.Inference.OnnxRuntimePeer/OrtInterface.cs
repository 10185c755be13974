using System.Runtime.InteropServices;

namespace Verifiable.Inference.OnnxRuntimePeer;

/// <summary>ONNX Runtime's C interface: a table of functions whose order never changes. The numbers are places in <c>struct OrtApi</c> of
/// <c>onnxruntime_c_api.h</c>; all of them are of its version 1, which ends with place 101.</summary>
internal sealed unsafe class OrtInterface
{
    // The oldest version of the interface that has all that is used here; a library of any later release gives it.
    private const uint Version = 1;

    internal OrtInterface(nint library)
    {
        var getBase = (delegate* unmanaged[Cdecl]<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        nint* start = getBase();
        var getTable = (delegate* unmanaged[Cdecl]<uint, nint*>)start[0];
        var getVersion = (delegate* unmanaged[Cdecl]<byte*>)start[1];
        VersionText = Marshal.PtrToStringUTF8((nint)getVersion()) ?? string.Empty;
        nint* table = getTable(Version);
        if (table is null)
        {
            throw new OnnxRuntimeException($"ONNX Runtime {VersionText} has no interface of version {Version}.");
        }

        GetErrorMessage = (delegate* unmanaged[Cdecl]<nint, byte*>)table[2];
        CreateEnvironment = (delegate* unmanaged[Cdecl]<int, byte*, nint*, nint>)table[3];
        DisableTelemetry = (delegate* unmanaged[Cdecl]<nint, nint>)table[6];
        CreateSession = (delegate* unmanaged[Cdecl]<nint, void*, nint, nint*, nint>)table[7];
        CreateSessionFromArray = (delegate* unmanaged[Cdecl]<nint, void*, nuint, nint, nint*, nint>)table[8];
        Run = (delegate* unmanaged[Cdecl]<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)table[9];
        CreateSessionOptions = (delegate* unmanaged[Cdecl]<nint*, nint>)table[10];
        SetOptimizedModelPath = (delegate* unmanaged[Cdecl]<nint, void*, nint>)table[11];
        SetExecutionMode = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[13];
        SetOptimization = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[23];
        SetThreads = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[24];
        GetInputCount = (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[30];
        GetOutputCount = (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[31];
        GetInputName = (delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint>)table[36];
        GetOutputName = (delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint>)table[37];
        CreateTensor = (delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint>)table[49];
        IsTensor = (delegate* unmanaged[Cdecl]<nint, int*, nint>)table[50];
        GetTensorElements = (delegate* unmanaged[Cdecl]<nint, void**, nint>)table[51];
        GetElementType = (delegate* unmanaged[Cdecl]<nint, int*, nint>)table[60];
        GetRank = (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[61];
        GetLengths = (delegate* unmanaged[Cdecl]<nint, long*, nuint, nint>)table[62];
        GetTypeAndShape = (delegate* unmanaged[Cdecl]<nint, nint*, nint>)table[65];
        CreateProcessorMemory = (delegate* unmanaged[Cdecl]<int, int, nint*, nint>)table[69];
        FreeByAllocator = (delegate* unmanaged[Cdecl]<nint, void*, nint>)table[76];
        GetDefaultAllocator = (delegate* unmanaged[Cdecl]<nint*, nint>)table[78];
        ReleaseStatus = (delegate* unmanaged[Cdecl]<nint, void>)table[93];
        ReleaseSession = (delegate* unmanaged[Cdecl]<nint, void>)table[95];
        ReleaseValue = (delegate* unmanaged[Cdecl]<nint, void>)table[96];
        ReleaseTypeAndShape = (delegate* unmanaged[Cdecl]<nint, void>)table[99];
        ReleaseSessionOptions = (delegate* unmanaged[Cdecl]<nint, void>)table[100];
    }

    internal string VersionText { get; }

    internal delegate* unmanaged[Cdecl]<nint, byte*> GetErrorMessage { get; }

    internal delegate* unmanaged[Cdecl]<int, byte*, nint*, nint> CreateEnvironment { get; }

    internal delegate* unmanaged[Cdecl]<nint, nint> DisableTelemetry { get; }

    internal delegate* unmanaged[Cdecl]<nint, void*, nint, nint*, nint> CreateSession { get; }

    internal delegate* unmanaged[Cdecl]<nint, void*, nuint, nint, nint*, nint> CreateSessionFromArray { get; }

    internal delegate* unmanaged[Cdecl]<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> Run { get; }

    internal delegate* unmanaged[Cdecl]<nint*, nint> CreateSessionOptions { get; }

    internal delegate* unmanaged[Cdecl]<nint, void*, nint> SetOptimizedModelPath { get; }

    internal delegate* unmanaged[Cdecl]<nint, int, nint> SetExecutionMode { get; }

    internal delegate* unmanaged[Cdecl]<nint, int, nint> SetOptimization { get; }

    internal delegate* unmanaged[Cdecl]<nint, int, nint> SetThreads { get; }

    internal delegate* unmanaged[Cdecl]<nint, nuint*, nint> GetInputCount { get; }

    internal delegate* unmanaged[Cdecl]<nint, nuint*, nint> GetOutputCount { get; }

    internal delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint> GetInputName { get; }

    internal delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint> GetOutputName { get; }

    internal delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensor { get; }

    internal delegate* unmanaged[Cdecl]<nint, int*, nint> IsTensor { get; }

    internal delegate* unmanaged[Cdecl]<nint, void**, nint> GetTensorElements { get; }

    internal delegate* unmanaged[Cdecl]<nint, int*, nint> GetElementType { get; }

    internal delegate* unmanaged[Cdecl]<nint, nuint*, nint> GetRank { get; }

    internal delegate* unmanaged[Cdecl]<nint, long*, nuint, nint> GetLengths { get; }

    internal delegate* unmanaged[Cdecl]<nint, nint*, nint> GetTypeAndShape { get; }

    internal delegate* unmanaged[Cdecl]<int, int, nint*, nint> CreateProcessorMemory { get; }

    internal delegate* unmanaged[Cdecl]<nint, void*, nint> FreeByAllocator { get; }

    internal delegate* unmanaged[Cdecl]<nint*, nint> GetDefaultAllocator { get; }

    internal delegate* unmanaged[Cdecl]<nint, void> ReleaseStatus { get; }

    internal delegate* unmanaged[Cdecl]<nint, void> ReleaseSession { get; }

    internal delegate* unmanaged[Cdecl]<nint, void> ReleaseValue { get; }

    internal delegate* unmanaged[Cdecl]<nint, void> ReleaseTypeAndShape { get; }

    internal delegate* unmanaged[Cdecl]<nint, void> ReleaseSessionOptions { get; }

    /// <summary>Throws what a status says, when it says something.</summary>
    internal void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8((nint)GetErrorMessage(status)) ?? string.Empty;
        ReleaseStatus(status);
        throw new OnnxRuntimeException(message);
    }
}
