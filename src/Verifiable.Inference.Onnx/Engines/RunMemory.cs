using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Counts the bytes of the tensors that one run has made and still needs. Used by one thread.</summary>
internal sealed class RunMemory
{
    // Panels and rows of small operators need no permission.
    private const long LeastScratchBytes = 1 << 20;

    private readonly CanonicalEngineOptions _options;
    private readonly long[] _bytes;
    private long _live;

    /// <summary>Creates the count of a run.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="places">The number of values.</param>
    internal RunMemory(CanonicalEngineOptions options, int places)
    {
        _options = options;
        _bytes = new long[places];
    }

    /// <summary>Gets the bytes that the operator at work may take beside its outputs.</summary>
    internal long ScratchBytes => Math.Min(Math.Max(_options.MaxTensorBytes, LeastScratchBytes), _options.MaxRunBytes - _live);

    /// <summary>Allocates an output of a step.</summary>
    /// <exception cref="InvalidOperationException">The tensor, or the run with it, would be too large.</exception>
    internal TensorBuffer Allocate(CanonicalStep step, int output, TensorSignature signature)
    {
        int size = ElementTypes.SizeOf(signature.Type);
        if (signature.Shape.ElementCount > _options.MaxTensorBytes / size)
        {
            throw new InvalidOperationException(
                $"{step.Node}: expected a tensor of at most {_options.MaxTensorBytes} bytes ({nameof(CanonicalEngineOptions.MaxTensorBytes)}), got {signature}.");
        }

        long bytes = signature.Shape.ElementCount * size;
        if (bytes > _options.MaxRunBytes - _live)
        {
            throw new InvalidOperationException(
                $"{step.Node}: expected a run of at most {_options.MaxRunBytes} bytes ({nameof(CanonicalEngineOptions.MaxRunBytes)}), got {_live} and {signature}.");
        }

        _live += bytes;
        _bytes[step.Outputs[output]] = bytes;
        return TensorBuffer.Allocate(signature);
    }

    /// <summary>Takes back what nothing needs after a step.</summary>
    internal void Free(CanonicalStep step)
    {
        foreach (int place in step.Freed)
        {
            _live -= _bytes[place];
            _bytes[place] = 0;
        }
    }
}
