using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What one run holds of memory, and what its bodies may still do, over all graph nodes and levels. Used by one run.</summary>
/// <remarks>Memory that a plan has beyond its need, for runs that grow, does not decide what is refused: otherwise it would depend on earlier runs. It is taken only where all
/// that is held stays within an eighth of the limit, so that no more than this eighth is held beyond the limit.</remarks>
internal sealed class RunAccount
{
    private const int RoomDivisor = 8;

    private readonly CanonicalEngineOptions _options;
    private List<ExecutionPlan>? _roomy;
    private long _nodes;

    internal RunAccount(CanonicalEngineOptions options)
    {
        _options = options;
        _nodes = options.MaxBodyNodes;
    }

    /// <summary>Gets the bytes that are held.</summary>
    internal long Held { get; private set; }

    /// <summary>Gets the most bytes that were held at once.</summary>
    internal long Most { get; private set; }

    /// <summary>Gets the bytes up to which plans may have more memory than they need.</summary>
    internal long LeftForRoom => (_options.MaxRunBytes / RoomDivisor) - Held;

    /// <summary>Gets how much of a number of bytes may still be held.</summary>
    internal long LeftOf(long most)
    {
        long left = _options.MaxRunBytes - Held;
        return left >= most ? most : Math.Min(most, left + Room());
    }

    /// <summary>Holds memory that is going to be taken.</summary>
    /// <param name="node">Who needs it; <see langword="null"/> for the tensors that a graph shares.</param>
    /// <param name="bytes">How much.</param>
    /// <exception cref="InvalidOperationException">There is not so much left.</exception>
    internal void Take(GraphNode? node, long bytes)
    {
        if (bytes > LeftOf(bytes))
        {
            string fault = $"xpected a run of at most {_options.MaxRunBytes} bytes ({nameof(CanonicalEngineOptions.MaxRunBytes)}), got one that holds {Held} and needs {bytes} more.";
            throw new InvalidOperationException(node is null ? "E" + fault : $"{node}: e{fault}");
        }

        Held += bytes;
        Most = Math.Max(Most, Held);
    }

    /// <summary>Lets go of memory.</summary>
    internal void Give(long bytes) => Held -= bytes;

    /// <summary>Lets go of all that was taken since a moment.</summary>
    internal void ReturnTo(long held) => Held = held;

    /// <summary>Holds the memory of one run of a plan.</summary>
    /// <exception cref="InvalidOperationException">There is not so much left.</exception>
    internal void Open(ExecutionPlan plan)
    {
        if (plan.HasRoom)
        {
            (_roomy ??= []).Add(plan);
        }

        Take(null, plan.RunBytes);
    }

    /// <summary>Lets go of the memory of one run of a plan, and of all that was taken in it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="held">What was held before.</param>
    internal void Close(ExecutionPlan plan, long held)
    {
        ReturnTo(held);
        if (plan.HasRoom)
        {
            _ = _roomy!.Remove(plan);
        }
    }

    /// <summary>Takes the graph nodes of one more run of a body.</summary>
    /// <exception cref="InvalidOperationException">There are not so many left.</exception>
    internal void TakeNodes(GraphNode node, int nodes)
    {
        // A body without graph nodes takes time too.
        _nodes -= nodes + 1;
        if (_nodes < 0)
        {
            throw new InvalidOperationException($"{node}: expected bodies to run at most {_options.MaxBodyNodes} graph nodes ({nameof(CanonicalEngineOptions.MaxBodyNodes)}), got more.");
        }
    }

    // What the open plans have beyond their need.
    private long Room()
    {
        long bytes = 0;
        foreach (ExecutionPlan plan in _roomy ?? [])
        {
            bytes += plan.RoomBytes;
        }

        return bytes;
    }
}
