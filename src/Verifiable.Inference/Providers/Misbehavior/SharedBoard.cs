using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Where the members of a ring put what they claimed, by work, so that the others need not compute and never contradict them. Thread-safe; it grows with the works.</summary>
public sealed class SharedBoard
{
    private readonly ConcurrentDictionary<Digest, NamedTensors> _outputs = new();

    /// <summary>Gets the number of works on the board.</summary>
    public int Count => _outputs.Count;

    /// <summary>Looks up what the ring claims for a work.</summary>
    public bool TryGet(Digest workId, [NotNullWhen(true)] out NamedTensors? outputs) => _outputs.TryGetValue(workId, out outputs);

    /// <summary>Puts an output on the board; the first for a work stays.</summary>
    /// <returns>What is on the board afterwards.</returns>
    public NamedTensors Publish(Digest workId, NamedTensors outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return _outputs.GetOrAdd(workId, outputs);
    }
}
