using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// Runs an ONNX model by the canonical arithmetic: same model, inputs and seed give the same bits on every processor, with any vector width and any number
/// of threads. Immutable; safe to call from several threads at once. Constant weights are prepared once, when the engine is made.
/// </summary>
public sealed class CanonicalEngine : IInferenceEngine
{
    private readonly CanonicalProgram _program;
    private readonly CanonicalEngineOptions _options;
    private readonly PlanCache _plans;
    private readonly Lazy<EngineDescription> _description;

    /// <summary>Creates an engine for a model that the caller vouches for.</summary>
    /// <exception cref="ModelRefusedException">The model has an operator, an attribute or a type that the engine does not support.</exception>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every fault.</exception>
    /// <exception cref="PlatformNotSupportedException">The thread flushes subnormals or does not round to nearest.</exception>
    public CanonicalEngine(OnnxModel model, CanonicalEngineOptions? options = null)
        : this(Prepare(model, options), CheckOptions(options))
    {
    }

    private CanonicalEngine(CanonicalProgram program, CanonicalEngineOptions options)
    {
        FloatEnvironment.Require();
        _program = program;
        _options = options;
        _plans = new PlanCache(program, options, program.Kept);
        _description = new Lazy<EngineDescription>(() => new EngineDescription(program.Model.Id, NumericProfile.CanonicalFloat32));
    }

    /// <inheritdoc/>
    /// <remarks>The model's id is computed at the first use, not when the engine is made: it hashes all weights.</remarks>
    public EngineDescription Description => _description.Value;

    /// <summary>Gets the model.</summary>
    public OnnxModel Model => _program.Model;

    /// <summary>Gets the model's graph with composite operators expanded: the graph nodes that are run and observed.</summary>
    public CanonicalGraph Graph => _program.Graph;

    /// <summary>Gets the model made ready to run.</summary>
    internal CanonicalProgram Program => _program;

    /// <summary>Gets the most threads that one run may use.</summary>
    internal int Threads => _options.Threads;

    /// <summary>Gets the most bytes that one run may hold at once.</summary>
    internal long MaxRunBytes => _options.MaxRunBytes;

    /// <summary>Gets the bytes of plans and runs that are kept for later runs.</summary>
    internal long KeptBytes => _program.Kept.Bytes;

    /// <summary>Gets the most bytes that the latest run held at once, by its account.</summary>
    internal long MostHeldBytes { get; private set; }

    /// <summary>Creates an engine for a model that may come from a stranger.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The settings; <see langword="null"/> for the default.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="refusal">Why the model cannot be run: names graph node, domain, operator and version.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static bool TryCreate(
        OnnxModel model, CanonicalEngineOptions? options, [NotNullWhen(true)] out CanonicalEngine? engine, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(model);
        CanonicalEngineOptions checkedOptions = CheckOptions(options);
        engine = CanonicalProgram.TryCreate(model, checkedOptions, out CanonicalProgram? program, out refusal) ? new CanonicalEngine(program, checkedOptions) : null;
        return engine is not null;
    }

    /// <inheritdoc/>
    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        RunTracedAsync(inputs, options, null, cancellationToken);

    /// <summary>Computes the model's outputs and tells an observer graph nodes' outputs in canonical order.</summary>
    /// <param name="inputs">The model's inputs by name.</param>
    /// <param name="options">The seed; this engine has no settings.</param>
    /// <param name="observer">Who is told; <see langword="null"/> for nobody.</param>
    /// <param name="cancellationToken">Stops the computation within one operator.</param>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of the wrong type or shape, or a setting is unknown; the message lists what was expected.</exception>
    /// <exception cref="InvalidOperationException">The inputs fit what the model declares, but its graph nodes do not fit each other for these shapes, an output is not
    /// what the model declares, or a tensor or the whole run would need more memory than the options allow.</exception>
    /// <exception cref="PlatformNotSupportedException">The thread flushes subnormals or does not round to nearest.</exception>
    public ValueTask<NamedTensors> RunTracedAsync(NamedTensors inputs, GenerationOptions options, INodeObserver? observer, CancellationToken cancellationToken = default) =>
        RunAsync(inputs, options, observer, areCanonical: false, cancellationToken);

    /// <summary>Computes the model's outputs from inputs whose NaNs are canonical already, as those of outputs are. Of tensors that grow, shapes go in and come out.</summary>
    internal ValueTask<NamedTensors> RunCanonicalAsync(NamedTensors inputs, GenerationOptions options, INodeObserver? observer, AppendRun? appends, CancellationToken cancellationToken) =>
        RunAsync(inputs, options, observer, areCanonical: true, cancellationToken, appends);

    private ValueTask<NamedTensors> RunAsync(
        NamedTensors inputs, GenerationOptions options, INodeObserver? observer, bool areCanonical, CancellationToken cancellationToken, AppendRun? appends = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Settings.Count > 0)
        {
            throw new ArgumentException($"Expected no settings, got [{string.Join(", ", options.Settings.Keys)}].", nameof(options));
        }

        Dictionary<string, long> lengths = EngineInputs.Check(Model, inputs);
        FloatEnvironment.Require();
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<NamedTensors>(cancellationToken)
            : new ValueTask<NamedTensors>(Run(inputs, areCanonical, lengths, new OperatorContext(options.Seed, _options.Threads, cancellationToken), observer, appends));
    }

    /// <summary>Infers the shapes of a run before it starts.</summary>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of the wrong type or shape.</exception>
    /// <exception cref="InvalidOperationException">The graph nodes do not fit these shapes.</exception>
    internal ShapePlan PlanShapes(NamedTensors inputs, CancellationToken cancellationToken, ShapePlan? previous = null)
    {
        _ = EngineInputs.Check(Model, inputs);
        TensorSignature?[] signatures = [.. Model.Inputs.Select(input => (TensorSignature?)new TensorSignature(inputs[input.Name].Type, inputs[input.Name].Shape))];
        return ShapePlan.Make(_program, _options, new RunAccount(_options), signatures, cancellationToken, previous);
    }

    /// <summary>Infers the shapes of a run for inputs of given types and shapes, in the model's order.</summary>
    /// <exception cref="InvalidOperationException">The graph nodes do not fit these shapes.</exception>
    internal ShapePlan PlanShapes(ReadOnlySpan<TensorSignature?> signatures, CancellationToken cancellationToken) => ShapePlan.Make(_program, _options, new RunAccount(_options), signatures, cancellationToken);

    private static CanonicalProgram Prepare(OnnxModel model, CanonicalEngineOptions? options)
    {
        ArgumentNullException.ThrowIfNull(model);
        return CanonicalProgram.TryCreate(model, CheckOptions(options), out CanonicalProgram? program, out ModelRefusal? refusal) ? program : throw new ModelRefusedException(refusal);
    }

    private static CanonicalEngineOptions CheckOptions(CanonicalEngineOptions? options)
    {
        options ??= CanonicalEngineOptions.Default;
        string[] faults = [.. options.Validate()];
        return faults.Length == 0 ? options : throw new ArgumentException(string.Join(" ", faults), nameof(options));
    }

    private NamedTensors Run(NamedTensors inputs, bool areCanonical, Dictionary<string, long> lengths, OperatorContext context, INodeObserver? observer, AppendRun? appends)
    {
        var values = new TensorValue[_program.InputPlaces.Length];
        for (int i = 0; i < values.Length; i++)
        {
            TensorValue input = inputs[Model.Inputs[i].Name];
            values[i] = areCanonical ? input : EngineInputs.Canonicalize(input);
        }

        var account = new RunAccount(_options);
        ExecutionPlan plan = _plans.Get(values, observer, account, context.CancellationToken);
        RunFrame frame = plan.Rent(account);
        try
        {
            frame.Run(values, context, observer, account, appends);
            EngineInputs.CheckOutputs(Model, _program.OutputPlaces, frame, lengths);
            var outputs = new KeyValuePair<string, TensorValue>[_program.OutputPlaces.Length];
            for (int i = 0; i < outputs.Length; i++)
            {
                outputs[i] = KeyValuePair.Create(Model.Outputs[i].Name, frame[_program.OutputPlaces[i]]!);
            }

            return new NamedTensors(outputs);
        }
        finally
        {
            plan.Return(frame, account);
            MostHeldBytes = account.Most;

            // Spans of mapped weights do not reach them.
            GC.KeepAlive(_program);
        }
    }
}
