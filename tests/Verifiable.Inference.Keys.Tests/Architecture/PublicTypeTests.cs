using System.Reflection;
using Verifiable.Inference.Architecture;
using Verifiable.Inference.Keys.Edwards;

namespace Verifiable.Inference.Keys.Tests.Architecture;

/// <summary>Keeps the public surface small, sealed, and without harm in <c>default</c>; and namespaces pointing down.</summary>
public sealed class PublicTypeTests
{
    private static readonly NamespaceOrder _order = new("Verifiable.Inference.Keys", new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Native"] = [],
        ["Formats"] = [],
        ["Edwards"] = ["Native", "Formats"],
        ["Ethereum"] = ["Native", "Formats"],
        ["Storage"] = ["Edwards", "Ethereum"],
        ["Schemes"] = ["Edwards", "Ethereum"],
    });

    private static Assembly Library => typeof(Ed25519).Assembly;

    [Fact]
    public void Classes_are_sealed_static_or_abstract() => Assert.Empty(TypeRules.FindUnsealed(Library));

    [Fact]
    public void Every_enum_names_its_zero() => Assert.Empty(TypeRules.FindEnumsWithoutZero(Library));

    [Fact]
    public void Structs_with_equality_have_the_operators() => Assert.Empty(TypeRules.FindStructsWithoutOperators(Library));

    [Fact]
    public void No_field_can_be_written() => Assert.Empty(TypeRules.FindWritableFields(Library));

    [Fact]
    public void The_order_of_namespaces_has_no_cycle() => Assert.Null(_order.FindCycle());

    [Fact]
    public void No_type_refers_to_a_namespace_that_is_not_below_its_own() => Assert.Empty(_order.FindFaults(Library));

    [Fact]
    public void The_public_surface_is_the_one_written_down() => WrittenSurface.Check(Library, "Verifiable.Inference.Keys.Tests");
}
