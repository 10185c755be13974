using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>The bodies of one graph node, made ready to run, and the plans of their runs. Thread-safe.</summary>
internal sealed class BodyPrograms
{
    internal BodyPrograms(GraphNode node, CanonicalProgram[] programs, int[][] captures, CanonicalEngineOptions options, KeptMemory kept)
    {
        Node = node;
        Programs = programs;
        Captures = captures;
        Plans = [.. programs.Select(program => new PlanCache(program, options, kept))];
    }

    internal GraphNode Node { get; }

    /// <summary>Gets the programs, in the order of <see cref="GraphNode.Bodies"/>. Their inputs are those of the body, and then what it reads of the graph around it.</summary>
    internal CanonicalProgram[] Programs { get; }

    /// <summary>Gets, for each body, the positions of what it reads of the graph around it, constants left out, among the inputs of the graph node's step.</summary>
    internal int[][] Captures { get; }

    /// <summary>Gets the plans of each body.</summary>
    internal PlanCache[] Plans { get; }
}
