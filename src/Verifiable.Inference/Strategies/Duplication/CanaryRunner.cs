using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>
/// Sends canaries under hidden duplication: orders whose answer the requester computes itself. They are drawn anew each time, and run, priced, mixed, checked and settled as any other order.
/// Thread-safe where source and engine are.
/// </summary>
/// <remarks>
/// A wrong answer convicts nobody on the requester's word. Where outputs are compared by their commitments it is demanded on the ledger and checked, whatever the coin says: a second envelope of the
/// same work, and a vote on a mismatch. So a conviction rests on signed claims, and a requester whose own engine errs harms no honest provider. Under a tolerant comparison a wrong answer is reported only.
/// Assumption: canaries are sent at random among real orders, and drawn from their distribution.
/// </remarks>
public sealed class CanaryRunner
{
    /// <summary>How many of the latest canaries must differ from each other: 4096. A source that repeats one is a pool, which providers that compare notes recognise.</summary>
    public const int Remembered = 4096;

    private readonly HiddenDuplicationStrategy _strategy;
    private readonly IInferenceEngine _engine;
    private readonly ICanarySource _source;
    private readonly IRandomSource _randomness;
    private readonly Lock _lock = new();
    private readonly HashSet<Digest> _known = [];
    private readonly Queue<Digest> _latest = new();

    /// <summary>Creates a runner.</summary>
    /// <param name="strategy">The strategy under which real orders run.</param>
    /// <param name="engine">The requester's own engine, which computes the known answers.</param>
    /// <param name="source">Draws the canaries.</param>
    /// <param name="randomness">What they are drawn with; the system's by default.</param>
    public CanaryRunner(HiddenDuplicationStrategy strategy, IInferenceEngine engine, ICanarySource source, IRandomSource? randomness = null)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(source);
        _strategy = strategy;
        _engine = engine;
        _source = source;
        _randomness = randomness ?? SystemRandomSource.Instance;
    }

    /// <summary>Draws a canary, computes its answer, and has it computed by a provider.</summary>
    /// <param name="network">Where real orders run.</param>
    /// <param name="cancellationToken">Ends the wait; what is on the ledger stays, and its clocks run.</param>
    /// <exception cref="InvalidOperationException">The source repeats itself, or draws orders that the engine does not compute; or the strategy cannot run. The message says which.</exception>
    /// <exception cref="ArgumentException">The source draws inputs that do not fit the model.</exception>
    public async ValueTask<CanaryOutcome> RunAsync(InferenceNetwork network, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        InferenceOrder order = Draw();

        // Before the envelope leaves: afterwards the time that it takes would show between the answer and what follows from it.
        NamedTensors known = await _engine.RunAsync(order.Inputs, order.Options, cancellationToken).ConfigureAwait(false);
        return await _strategy.RunCanaryAsync(order, known, network, cancellationToken).ConfigureAwait(false);
    }

    private InferenceOrder Draw()
    {
        InferenceOrder order = _source.Draw(_randomness);
        EngineDescription wanted = new(order.ModelId, order.Profile);
        if (_engine.Description != wanted)
        {
            throw new InvalidOperationException($"Expected canaries for {_engine.Description}, which the engine computes, got one for {wanted}.");
        }

        Digest work = new WorkDescription(order.ModelId, CommittedTensors.Of(order.Inputs), order.Options, order.Profile).Id;
        lock (_lock)
        {
            if (!_known.Add(work))
            {
                throw new InvalidOperationException("Expected a canary that is drawn anew, got one that was sent before: providers recognise a fixed pool.");
            }

            _latest.Enqueue(work);
            if (_latest.Count > Remembered)
            {
                _ = _known.Remove(_latest.Dequeue());
            }
        }

        return order;
    }
}
