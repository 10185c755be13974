using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Explains why a value is not there when a graph node needs it: nothing defines it, the nodes are out of order, or they form a cycle.</summary>
internal static class GraphOrder
{
    private const int MaxNamesInMessage = 8;

    /// <summary>Gets the refusal for a graph node whose input is not defined before it.</summary>
    public static ModelRefusal Explain(IReadOnlyList<DraftNode> nodes, GraphNode node, string input)
    {
        Dictionary<string, int> producers = new(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Outputs)
            {
                if (output.Length != 0)
                {
                    producers.TryAdd(output, i);
                }
            }
        }

        if (!producers.TryGetValue(input, out int producer))
        {
            return node.Refuse(ModelRefusalReason.UndefinedValue, $"Expected input '{input}' to be a graph input, an initialiser or an earlier output, got no such name.");
        }

        ImmutableArray<int> cycle = FindCycle(nodes, producers);
        if (cycle.IsEmpty)
        {
            return node.Refuse(
                ModelRefusalReason.NotTopological,
                $"Expected input '{input}' to be produced earlier, got graph node {producer}, which stands later; there is no cycle, so sorting the nodes mends this.");
        }

        // A cycle elsewhere in the graph is named too: no order mends the model.
        string path = string.Join(" -> ", cycle.Take(MaxNamesInMessage).Select(i => $"{i} '{nodes[i].Name}' ({nodes[i].OperatorType})"));
        string rest = cycle.Length > MaxNamesInMessage ? $" -> ... {cycle.Length - MaxNamesInMessage} more" : string.Empty;
        return node.Refuse(ModelRefusalReason.Cyclic, $"Expected a graph without cycles, got {path}{rest} -> {cycle[0]}; input '{input}' of this node is not there when it is needed.");
    }

    // Repeatedly takes away the nodes that need nothing more (Kahn 1962); each node that stays needs one that stays, so that walking to needed nodes must come
    // back to where it has been.
    private static ImmutableArray<int> FindCycle(IReadOnlyList<DraftNode> nodes, Dictionary<string, int> producers)
    {
        int[] needs = new int[nodes.Count];
        List<int>[] neededBy = new List<int>[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string input in nodes[i].Inputs)
            {
                if (input.Length != 0 && producers.TryGetValue(input, out int producer))
                {
                    (neededBy[producer] ??= []).Add(i);
                    needs[i]++;
                }
            }
        }

        Queue<int> ready = new(Enumerable.Range(0, nodes.Count).Where(i => needs[i] == 0));
        while (ready.TryDequeue(out int done))
        {
            foreach (int next in neededBy[done] ?? [])
            {
                if (--needs[next] == 0)
                {
                    ready.Enqueue(next);
                }
            }
        }

        int start = Array.FindIndex(needs, count => count > 0);
        if (start < 0)
        {
            return [];
        }

        List<int> walk = [];
        Dictionary<int, int> visited = [];
        for (int at = start; ; at = nodes[at].Inputs.Where(producers.ContainsKey).Select(input => producers[input]).First(i => needs[i] > 0))
        {
            if (visited.TryGetValue(at, out int first))
            {
                // Walked from a node to what it needs; people read a graph the other way.
                return [.. walk.Skip(first).Reverse()];
            }

            visited.Add(at, walk.Count);
            walk.Add(at);
        }
    }
}
