using Verifiable.Inference.Architecture;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Architecture;

/// <summary>Keeps references between namespaces pointing down. Every namespace may refer to the root, and the root to nothing but itself.</summary>
public sealed class DependencyTests
{
    // docs/decisions/0009-namespaces.md says where this departs from the first plan, and why.
    private static readonly NamespaceOrder _order = new("Verifiable.Inference", new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [""] = [],
        ["Tensors"] = [],
        ["Commitments"] = ["Tensors"],
        ["Storage"] = ["Commitments"],
        ["Identity"] = ["Commitments"],
        ["Claims"] = ["Identity"],
        ["Engines"] = ["Claims"],
        ["Comparison"] = ["Engines"],
        ["Disputes"] = ["Engines"],
        ["Settlement"] = ["Engines", "Storage"],
        ["Selection"] = ["Settlement", "Disputes", "Comparison"],
        ["Providers"] = ["Selection", "Adjudication"],
        ["Adjudication"] = ["Settlement", "Disputes", "Comparison", "Storage"],
        ["Incentives"] = [],
        ["Reports"] = ["Incentives"],
        ["Strategies"] = ["Adjudication", "Providers", "Selection", "Incentives"],
        ["Tasks"] = ["Strategies", "Storage"],
        ["Simulation"] = ["Strategies", "Tasks"],
    });

    [Fact]
    public void The_order_of_namespaces_has_no_cycle() => Assert.Null(_order.FindCycle());

    [Fact]
    public void No_type_refers_to_a_namespace_that_is_not_below_its_own() => Assert.Empty(_order.FindFaults(typeof(Digest).Assembly));

    [Fact]
    public void An_upward_reference_is_found()
    {
        NamespaceOrder turned = new("Verifiable.Inference", new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            [""] = [],
            ["Tensors"] = ["Commitments"],
            ["Commitments"] = [],
        });
        IReadOnlyList<string> faults = turned.FindFaults(typeof(Digest).Assembly);
        Assert.Contains(faults, fault => fault.StartsWith("Commitments -> Tensors: TensorCommitment refers to TensorValue", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.EndsWith("is in no namespace of the order", StringComparison.Ordinal));
    }

    [Fact]
    public void Bodies_of_methods_are_looked_at() =>
        Assert.Contains(typeof(System.Collections.BitArray), TypeReferences.Of(typeof(UsesTypeInBodyOnly)));

    [Fact]
    public void The_core_refers_to_no_other_assembly_of_ours() => Assert.DoesNotContain(
        typeof(Digest).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("Verifiable.", StringComparison.Ordinal));

    private static class UsesTypeInBodyOnly
    {
        public static int Count() => new System.Collections.BitArray(1).Count;
    }
}
