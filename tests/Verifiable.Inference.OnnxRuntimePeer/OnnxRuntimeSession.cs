using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.OnnxRuntimePeer;

/// <summary>A model loaded by ONNX Runtime's processor provider, one operator after another. Thread-safe but for <see cref="Dispose"/>.</summary>
public sealed unsafe class OnnxRuntimeSession : IDisposable
{
    private nint _session;

    /// <summary>Loads a model from the bytes of an ONNX file.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime is not there or refuses the model.</exception>
    public OnnxRuntimeSession(ReadOnlySpan<byte> model, OnnxRuntimeOptions? options = null)
    {
        Library = OnnxRuntimeLibrary.Default;
        nint settings = CreateOptions(Library.Interface, options ?? new OnnxRuntimeOptions());
        nint session;
        try
        {
            fixed (byte* bytes = model)
            {
                Library.Interface.Check(Library.Interface.CreateSessionFromArray(Library.Environment, bytes, (nuint)model.Length, settings, &session));
            }
        }
        finally
        {
            Library.Interface.ReleaseSessionOptions(settings);
        }

        _session = session;
        (InputNames, OutputNames) = ReadNames();
    }

    /// <summary>Loads a model from a file.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime is not there or refuses the model.</exception>
    public OnnxRuntimeSession(string path, OnnxRuntimeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Library = OnnxRuntimeLibrary.Default;
        nint settings = CreateOptions(Library.Interface, options ?? new OnnxRuntimeOptions());
        nint session;
        try
        {
            fixed (byte* text = PathBytes(path))
            {
                Library.Interface.Check(Library.Interface.CreateSession(Library.Environment, text, settings, &session));
            }
        }
        finally
        {
            Library.Interface.ReleaseSessionOptions(settings);
        }

        _session = session;
        (InputNames, OutputNames) = ReadNames();
    }

    /// <summary>Gets the inputs' names in the model's order.</summary>
    public ImmutableArray<string> InputNames { get; }

    /// <summary>Gets the outputs' names in the model's order.</summary>
    public ImmutableArray<string> OutputNames { get; }

    internal OnnxRuntimeLibrary Library { get; }

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_session == 0, this);
            return _session;
        }
    }

    /// <summary>Computes all outputs once.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the inputs.</exception>
    public NamedTensors Run(NamedTensors inputs)
    {
        using OnnxRuntimeCall call = Prepare(inputs);
        call.Run();
        return call.ReadOutputs();
    }

    /// <summary>Prepares a call that can be made many times with the same inputs.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot take the inputs.</exception>
    public OnnxRuntimeCall Prepare(NamedTensors inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new OnnxRuntimeCall(this, inputs);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        if (_session != 0)
        {
            Library.Interface.ReleaseSession(_session);
            _session = 0;
        }
    }

    private static nint CreateOptions(OrtInterface native, OnnxRuntimeOptions options)
    {
        nint settings;
        native.Check(native.CreateSessionOptions(&settings));
        try
        {
            native.Check(native.SetExecutionMode(settings, 0));
            native.Check(native.SetOptimization(settings, (int)options.Optimization));
            native.Check(native.SetThreads(settings, options.Threads));
            if (options.OptimizedModelPath is string path)
            {
                fixed (byte* text = PathBytes(path))
                {
                    native.Check(native.SetOptimizedModelPath(settings, text));
                }
            }
        }
        catch
        {
            native.ReleaseSessionOptions(settings);
            throw;
        }

        return settings;
    }

    // ORTCHAR_T is wchar_t on Windows and char elsewhere.
    private static byte[] PathBytes(string path) => OperatingSystem.IsWindows() ? Encoding.Unicode.GetBytes(path + '\0') : Encoding.UTF8.GetBytes(path + '\0');

    private (ImmutableArray<string> Inputs, ImmutableArray<string> Outputs) ReadNames()
    {
        OrtInterface native = Library.Interface;
        nuint count;
        native.Check(native.GetInputCount(_session, &count));
        string[] inputs = new string[checked((int)count)];
        for (int i = 0; i < inputs.Length; i++)
        {
            byte* name;
            native.Check(native.GetInputName(_session, (nuint)i, Library.Allocator, &name));
            inputs[i] = TakeName(name);
        }

        native.Check(native.GetOutputCount(_session, &count));
        string[] outputs = new string[checked((int)count)];
        for (int i = 0; i < outputs.Length; i++)
        {
            byte* name;
            native.Check(native.GetOutputName(_session, (nuint)i, Library.Allocator, &name));
            outputs[i] = TakeName(name);
        }

        return ([.. inputs], [.. outputs]);
    }

    private string TakeName(byte* name)
    {
        string text = Marshal.PtrToStringUTF8((nint)name) ?? string.Empty;
        Library.Interface.Check(Library.Interface.FreeByAllocator(Library.Allocator, name));
        return text;
    }
}
