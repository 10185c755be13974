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
    private ImmutableArray<Entry> _entries = [];

    internal PlanCache(CanonicalProgram program, CanonicalEngineOptions options, KeptMemory kept)
    {
        _program = program;
        _options = options;
        Kept = kept;
    }

    /// <summary>Gets what the engine keeps between runs.</summary>
    internal KeptMemory Kept { get; }

    /// <summary>Gets the plan for inputs, and for who watches.</summary>
    /// <exception cref="InvalidOperationException">A graph node does not fit these shapes, or a limit is passed.</exception>
    internal ExecutionPlan Get(TensorValue[] inputs, INodeObserver? observer, RunAccount account, CancellationToken cancellationToken)
    {
        ImmutableArray<Entry> entries = _entries;
        foreach (Entry entry in entries)
        {
            if (entry.Fits(inputs, observer) && (!entry.Plan.HasRoom || entry.Plan.RunBytes <= account.LeftForRoom))
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
        long held = account.Held;
        ExecutionPlan plan = ExecutionPlan.Make(this, _program, _options, account, signatures, stored, cancellationToken, entries.IsEmpty ? null : entries[0].Plan);
        account.ReturnTo(held);
        lock (Kept.Gate)
        {
            // The newest first; two threads that make the same plan do no harm.
            foreach (Entry last in _entries.Skip(MostPlans - 1).ToArray())
            {
                last.Plan.LetGo();
                Kept.Remove(last.Plan);
            }

            _entries = [new Entry(signatures, observer is not null, watched, plan), .. _entries];
            Kept.Keep(plan);
        }

        return plan;
    }

    /// <summary>Keeps a plan no longer. Called under the lock of what is kept.</summary>
    internal void Forget(ExecutionPlan plan) => _entries = _entries.RemoveAll(entry => ReferenceEquals(entry.Plan, plan));

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
