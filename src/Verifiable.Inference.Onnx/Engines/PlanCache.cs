using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Keeps the plans of the latest input shapes. Thread-safe.</summary>
internal sealed class PlanCache
{
    // Each plan holds the memory of its runs.
    private const int MostPlans = 4;

    private readonly CanonicalProgram _program;
    private readonly CanonicalEngineOptions _options;
    private readonly Lock _gate = new();
    private ImmutableArray<Entry> _entries = [];

    internal PlanCache(CanonicalProgram program, CanonicalEngineOptions options)
    {
        _program = program;
        _options = options;
    }

    /// <summary>Gets the plan for inputs, and for who watches.</summary>
    internal ExecutionPlan Get(TensorValue[] inputs, INodeObserver? observer, CancellationToken cancellationToken)
    {
        ImmutableArray<Entry> entries = _entries;
        foreach (Entry entry in entries)
        {
            if (entry.Fits(inputs, observer))
            {
                return entry.Plan;
            }
        }

        // A copy: the caller's set may be another one by the next run.
        IReadOnlySet<int>? watched = observer?.Watched is { } asked ? new HashSet<int>(asked) : null;
        var signatures = new TensorSignature[inputs.Length];
        for (int i = 0; i < signatures.Length; i++)
        {
            signatures[i] = new TensorSignature(inputs[i].Type, inputs[i].Shape);
        }

        Func<int, bool> stored = observer is null ? _ => false : watched is null ? _ => true : watched.Contains;
        ExecutionPlan plan = ExecutionPlan.Make(_program, _options, signatures, stored, cancellationToken, entries.IsEmpty ? null : entries[0].Plan);
        lock (_gate)
        {
            // The newest first; two threads that make the same plan do no harm.
            _entries = [new Entry(signatures, observer is not null, watched, plan), .. _entries.Take(MostPlans - 1)];
        }

        return plan;
    }

    // Without a set an observer watches every graph node.
    private sealed record Entry(TensorSignature[] Inputs, bool IsWatched, IReadOnlySet<int>? Watched, ExecutionPlan Plan)
    {
        internal bool Fits(TensorValue[] inputs, INodeObserver? observer)
        {
            IReadOnlySet<int>? watched = observer?.Watched;
            if (observer is not null != IsWatched || watched is null != Watched is null || (watched is not null && !watched.SetEquals(Watched!)))
            {
                return false;
            }

            for (int i = 0; i < inputs.Length; i++)
            {
                if (inputs[i].Type != Inputs[i].Type || inputs[i].Shape != Inputs[i].Shape)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
