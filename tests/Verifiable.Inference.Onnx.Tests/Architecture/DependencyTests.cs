using Verifiable.Inference.Architecture;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Tests.Architecture;

/// <summary>Keeps references pointing down: from the ONNX library to the core, and between its own namespaces.</summary>
public sealed class DependencyTests
{
    // Format and Graph are one layer in two folders: the reader makes graphs, and a graph's refusal names the file's node.
    private static readonly NamespaceOrder _order = new("Verifiable.Inference.Onnx", new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [""] = [],
        ["Format"] = ["Graph"],
        ["Graph"] = ["Format"],
        ["Arithmetic"] = [],
        ["Operators"] = ["Arithmetic", "Graph"],
        ["Engines"] = ["Operators"],
        ["Generation"] = ["Engines"],
        ["Disputes"] = ["Engines"],
    });

    [Fact]
    public void No_type_refers_to_a_namespace_that_is_not_below_its_own() => Assert.Empty(_order.FindFaults(typeof(OnnxModel).Assembly));

    [Fact]
    public void The_library_refers_to_the_core_and_to_no_other_assembly_of_ours() => Assert.Equal(
        [typeof(Digest).Assembly.GetName().Name],
        typeof(OnnxModel).Assembly.GetReferencedAssemblies().Select(name => name.Name).Where(name => name!.StartsWith("Verifiable.", StringComparison.Ordinal)));
}
