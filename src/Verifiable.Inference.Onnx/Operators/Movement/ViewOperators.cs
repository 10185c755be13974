using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The operators whose output has the bytes of their input.</summary>
internal static class ViewOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Identity", 1, binder => new IdentityOperator(binder)),
        new("Flatten", 1, binder => new FlattenOperator(binder)),
        new("Reshape", 5, binder => new ReshapeOperator(binder)),
    ];
}
