using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>A model that was read and checked: values, graph nodes in the file's order, initialisers. Immutable and thread-safe.</summary>
/// <remarks>
/// What a model of this type promises: every name is defined once and before it is used; graph nodes stand in topological order; every domain that is used has
/// one operator set version; every initialiser's bytes match its type and shape, Booleans are 0 or 1 and NaNs are canonical. Whether an engine has the operators
/// is the engine's matter.
/// <para><c>Constant</c> nodes become initialisers and leave the list of graph nodes. A graph input that also has an initialiser is a constant: it leaves the
/// list of inputs and cannot be fed, so that the model's identity says what was computed.</para>
/// </remarks>
public sealed class OnnxModel
{
    private readonly Lazy<ModelIdentity> _identity;

    internal OnnxModel(
        int irVersion,
        ImmutableSortedDictionary<string, int> opsetImports,
        ImmutableArray<GraphValue> inputs,
        ImmutableArray<GraphValue> outputs,
        ImmutableArray<GraphNode> nodes,
        ImmutableSortedDictionary<string, TensorValue> initializers)
    {
        IrVersion = irVersion;
        OpsetImports = opsetImports;
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
        Initializers = initializers;
        _identity = new Lazy<ModelIdentity>(() => ModelIdentity.Compute(this));
    }

    /// <summary>Gets the version of the format that the file named; no part of the identity.</summary>
    public int IrVersion { get; }

    /// <summary>Gets the imported operator set versions by domain; the empty domain is ONNX's own.</summary>
    public ImmutableSortedDictionary<string, int> OpsetImports { get; }

    /// <summary>Gets the inputs that a run must be fed, in the file's order.</summary>
    public ImmutableArray<GraphValue> Inputs { get; }

    /// <summary>Gets the outputs in the file's order. An output may name a graph node's output, an initialiser or an input.</summary>
    public ImmutableArray<GraphValue> Outputs { get; }

    /// <summary>Gets the graph nodes in the file's order, which is topological, without <c>Constant</c> nodes.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>Gets the constants by name, in ordinal order of the names: initialisers of the file and the values of <c>Constant</c> nodes.</summary>
    public ImmutableSortedDictionary<string, TensorValue> Initializers { get; }

    /// <summary>Gets the commitment to graph, attributes and weights; computed at the first use and kept.</summary>
    public ModelIdentity Identity => _identity.Value;

    /// <summary>Gets the digest that identifies the model, whatever file it was read from.</summary>
    public Digest Id => Identity.Id;

    /// <summary>Reads a model from the bytes of an ONNX file, which may be hostile. Never throws because of them.</summary>
    /// <param name="bytes">The file; it is not needed afterwards. External data is refused, because bytes have no folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="refusal">Why there is none.</param>
    /// <param name="options">The limits; <see cref="OnnxReadOptions.Default"/> when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists all faults.</exception>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out OnnxModel? model, [NotNullWhen(false)] out ModelRefusal? refusal, OnnxReadOptions? options = null) =>
        OnnxReader.TryRead(bytes, mayKeep: false, Check(options), external: null, out model, out refusal);

    /// <summary>Reads a model from a file, and from further files of its folder when it keeps tensors there. Never throws because of what they hold.</summary>
    /// <param name="path">The path of the ONNX file.</param>
    /// <param name="model">The model.</param>
    /// <param name="refusal">Why there is none; also when the file cannot be read.</param>
    /// <param name="options">The limits; <see cref="OnnxReadOptions.Default"/> when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The path is empty, or the options are not valid.</exception>
    public static bool TryLoad(
        string path, [NotNullWhen(true)] out OnnxModel? model, [NotNullWhen(false)] out ModelRefusal? refusal, OnnxReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TryReadFile(path, Check(options), mapsByDefault: false, out model, out refusal);
    }

    /// <summary>Reads a model that the caller vouches for; strangers' models are read by <see cref="TryLoad"/>.</summary>
    /// <exception cref="ModelRefusedException">The file cannot be read or is no model that can be used.</exception>
    public static OnnxModel Load(string path, OnnxReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TryReadFile(path, Check(options), mapsByDefault: true, out OnnxModel? model, out ModelRefusal? refusal) ? model : throw new ModelRefusedException(refusal);
    }

    /// <summary>Gets the bytes of an ONNX file of this model, with all tensors inside; reading it gives a model of the same identity.</summary>
    /// <exception cref="InvalidOperationException">The tensors take 2 GiB or more, which one protobuf file cannot hold.</exception>
    public byte[] ToBytes() => OnnxWriter.Write(this);

    /// <summary>Writes an ONNX file of this model.</summary>
    /// <exception cref="InvalidOperationException">The tensors take 2 GiB or more, which one protobuf file cannot hold.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        File.WriteAllBytes(path, ToBytes());
    }

    private static bool TryReadFile(
        string path, OnnxReadOptions limits, bool mapsByDefault, [NotNullWhen(true)] out OnnxModel? model, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        model = null;
        ReadOnlyMemory<byte> bytes;
        try
        {
            // A pipe or a device has no length and is not opened: that could wait forever.
            FileInfo named = new(path);
            if (!named.Exists || (named.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? named).Length == 0)
            {
                refusal = new(ModelRefusalReason.Unreadable, $"Expected an ONNX file at '{path}', got {(named.Exists ? "a file without bytes" : "no file")}.");
                return false;
            }

            using var file = OpenedFile.Open(path);
            if (file.Length > limits.MaxFileBytes)
            {
                refusal = new(ModelRefusalReason.TooLarge, $"Expected a model of at most {limits.MaxFileBytes} bytes ({nameof(OnnxReadOptions.MaxFileBytes)}), got {file.Length}.");
                return false;
            }

            bytes = limits.MapModelFile ? file.Map(0, (int)file.Length) : file.Read(0, (int)file.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            refusal = new(ModelRefusalReason.Unreadable, $"Expected to read '{path}', got {exception.GetType().Name}: {exception.Message}");
            return false;
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetFullPath(path);
        using ExternalTensors external = new(folder, limits.MapExternalData ?? mapsByDefault);
        return OnnxReader.TryRead(bytes, mayKeep: true, limits, external, out model, out refusal);
    }

    private static OnnxReadOptions Check(OnnxReadOptions? options)
    {
        OnnxReadOptions limits = options ?? OnnxReadOptions.Default;
        string faults = string.Join(" ", limits.Validate());
        return faults.Length == 0 ? limits : throw new ArgumentException(faults, nameof(options));
    }
}
