using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>An operator that runs bodies: an engine runs them, and there is no other definition of it than what their graph nodes compute. Immutable and thread-safe.</summary>
/// <param name="Name">The operator's name.</param>
/// <param name="SinceVersion">The first operator set version.</param>
/// <param name="UntilVersion">The last one.</param>
/// <param name="Bodies">The attributes that hold the bodies, in ordinal order.</param>
internal sealed record ControlFlowDefinition(string Name, int SinceVersion, int UntilVersion, ImmutableArray<string> Bodies)
{
    /// <summary>Gets all of them, ordered by name.</summary>
    internal static ImmutableArray<ControlFlowDefinition> All { get; } =
    [
        new("If", OperatorCatalog.OldestOpset, OperatorCatalog.NewestOpset, ["else_branch", "then_branch"]),
        new("Loop", OperatorCatalog.OldestOpset, OperatorCatalog.NewestOpset, ["body"]),
        new("Scan", 8, OperatorCatalog.NewestOpset, ["body"]),
    ];

    /// <summary>Finds the operator that a graph node names, or <see langword="null"/> where it names none.</summary>
    internal static ControlFlowDefinition? Find(GraphNode node) => node.Domain.Length != 0
        ? null
        : All.FirstOrDefault(definition => definition.Name == node.OperatorType && definition.SinceVersion <= node.OpsetVersion && node.OpsetVersion <= definition.UntilVersion);
}
