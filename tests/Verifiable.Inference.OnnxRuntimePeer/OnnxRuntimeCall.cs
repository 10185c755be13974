using System.Buffers;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.OnnxRuntimePeer;

/// <summary>One model with inputs that are ready: names, tensors and places of outputs are made once, so that <see cref="Run"/> is ONNX Runtime's own work and
/// nothing else. Not thread-safe; disposed before its session.</summary>
public sealed unsafe class OnnxRuntimeCall : IDisposable
{
    private readonly OnnxRuntimeSession _session;
    private readonly List<MemoryHandle> _pins = [];
    private readonly nint[] _inputNames;
    private readonly nint[] _outputNames;
    private readonly nint[] _inputs;
    private readonly nint[] _outputs;

    internal OnnxRuntimeCall(OnnxRuntimeSession session, NamedTensors inputs)
    {
        _session = session;
        _inputNames = new nint[inputs.Count];
        _inputs = new nint[inputs.Count];
        _outputNames = [.. session.OutputNames.Select(Marshal.StringToCoTaskMemUTF8)];
        _outputs = new nint[_outputNames.Length];
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                _inputNames[i] = Marshal.StringToCoTaskMemUTF8(inputs[i].Key);
                _inputs[i] = CreateTensor(inputs[i].Value);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private OrtInterface Native => _session.Library.Interface;

    /// <summary>Computes the outputs and keeps them until the next run.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the inputs.</exception>
    public void Run()
    {
        Release(_outputs);
        fixed (nint* inputNames = _inputNames, outputNames = _outputNames, inputs = _inputs, outputs = _outputs)
        {
            Native.Check(Native.Run(
                _session.Handle, 0, (byte**)inputNames, inputs, (nuint)_inputs.Length, (byte**)outputNames, (nuint)_outputs.Length, outputs));
        }
    }

    /// <summary>Copies the outputs of the last run.</summary>
    /// <exception cref="InvalidOperationException">Nothing was run.</exception>
    /// <exception cref="NotSupportedException">An output is no tensor of numbers or Booleans.</exception>
    public NamedTensors ReadOutputs() =>
        _outputs.Length > 0 && _outputs[0] == 0
            ? throw new InvalidOperationException("Expected a run before its outputs are read, got none.")
            : new NamedTensors(_session.OutputNames.Select((name, i) => KeyValuePair.Create(name, ReadTensor(name, _outputs[i]))));

    /// <summary>Frees inputs and outputs.</summary>
    public void Dispose()
    {
        Release(_inputs);
        Release(_outputs);
        foreach (nint[] names in new[] { _inputNames, _outputNames })
        {
            for (int i = 0; i < names.Length; i++)
            {
                Marshal.FreeCoTaskMem(names[i]);
                names[i] = 0;
            }
        }

        foreach (MemoryHandle pin in _pins)
        {
            pin.Dispose();
        }

        _pins.Clear();
    }

    private nint CreateTensor(TensorValue tensor)
    {
        MemoryHandle pin = tensor.Bytes.Pin();
        _pins.Add(pin);
        long[] lengths = tensor.Shape.Lengths.ToArray();
        nint value;
        long none;

        // A pointer of its own where there are no elements: ONNX Runtime takes none for an error.
        void* elements = pin.Pointer is null ? &none : pin.Pointer;
        fixed (long* start = lengths)
        {
            Native.Check(Native.CreateTensor(
                _session.Library.Memory, elements, (nuint)tensor.Bytes.Length, start is null ? &none : start, (nuint)lengths.Length, (int)tensor.Type, &value));
        }

        return value;
    }

    private TensorValue ReadTensor(string name, nint value)
    {
        int isTensor;
        Native.Check(Native.IsTensor(value, &isTensor));
        if (isTensor == 0)
        {
            throw new NotSupportedException($"Expected a tensor as output '{name}', got another value.");
        }

        nint description;
        Native.Check(Native.GetTypeAndShape(value, &description));
        int type;
        long[] lengths;
        try
        {
            nuint rank;
            Native.Check(Native.GetElementType(description, &type));
            Native.Check(Native.GetRank(description, &rank));
            lengths = new long[checked((int)rank)];
            fixed (long* start = lengths)
            {
                Native.Check(Native.GetLengths(description, start, rank));
            }
        }
        finally
        {
            Native.ReleaseTypeAndShape(description);
        }

        int size = ElementTypes.SizeOf((ElementType)type);
        if (size == 0)
        {
            throw new NotSupportedException($"Expected numbers or Booleans in output '{name}', got element type {type}.");
        }

        void* elements;
        Native.Check(Native.GetTensorElements(value, &elements));
        var shape = new TensorShape(lengths);
        byte[] bytes = new byte[checked((int)(shape.ElementCount * size))];
        new ReadOnlySpan<byte>(elements, bytes.Length).CopyTo(bytes);
        return TensorValue.Take((ElementType)type, shape, bytes);
    }

    private void Release(nint[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 0)
            {
                Native.ReleaseValue(values[i]);
                values[i] = 0;
            }
        }
    }
}
