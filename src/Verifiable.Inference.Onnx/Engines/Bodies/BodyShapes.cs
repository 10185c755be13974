using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What a graph node with bodies may know before a run: shapes, where they do not depend on elements. Used by one thread.</summary>
internal sealed class BodyShapes
{
    private readonly ShapePlan _plan;
    private readonly CanonicalStep _step;
    private readonly CanonicalEngineOptions _options;
    private readonly RunAccount _account;
    private readonly CancellationToken _cancellationToken;

    internal BodyShapes(ShapePlan plan, CanonicalStep step, CanonicalEngineOptions options, RunAccount account, CancellationToken cancellationToken)
    {
        _plan = plan;
        _step = step;
        _options = options;
        _account = account;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Gets the type and the shape of an input of the graph node, where they are known.</summary>
    internal TensorSignature? SignatureOf(int input) => _step.Inputs[input] < 0 ? null : _plan.Signatures[_step.Inputs[input]];

    /// <summary>Gets an input of the graph node, where it is known.</summary>
    internal TensorValue? ValueOf(int input) => input >= _step.Inputs.Length || _step.Inputs[input] < 0 ? null : _plan.Known[_step.Inputs[input]];

    /// <summary>Infers the outputs of a body; nothing where it does not fit, for it may never be run.</summary>
    internal TensorSignature?[] Infer(int body, ReadOnlySpan<TensorSignature?> inputs)
    {
        BodyPrograms bodies = _step.Bodies!;
        CanonicalProgram program = bodies.Programs[body];
        TensorSignature?[] all = [.. inputs, .. bodies.Captures[body].Select(SignatureOf)];
        long held = _account.Held;
        try
        {
            var plan = ShapePlan.Make(program, _options, _account, all, _cancellationToken);
            return [.. program.OutputPlaces.Select(place => plan.Signatures[place])];
        }
        catch (InvalidOperationException)
        {
            return new TensorSignature?[program.OutputPlaces.Length];
        }
        finally
        {
            _account.ReturnTo(held);
        }
    }
}
