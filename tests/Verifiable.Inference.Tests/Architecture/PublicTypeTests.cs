using System.Reflection;
using Verifiable.Inference.Architecture;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Architecture;

/// <summary>Keeps the public surface small, sealed, and without harm in <c>default</c>.</summary>
public sealed class PublicTypeTests
{
    // Left open on purpose: a provider that cheats departs from the honest one in one overridden method.
    private static readonly string[] _open = ["Verifiable.Inference.Providers.LocalProvider"];

    private static Assembly Library => typeof(Digest).Assembly;

    [Fact]
    public void Classes_are_sealed_static_or_abstract() => Assert.Equal(_open, TypeRules.FindUnsealed(Library));

    [Fact]
    public void Every_enum_names_its_zero() => Assert.Empty(TypeRules.FindEnumsWithoutZero(Library));

    [Fact]
    public void Structs_with_equality_have_the_operators() => Assert.Empty(TypeRules.FindStructsWithoutOperators(Library));

    [Fact]
    public void No_field_can_be_written() => Assert.Empty(TypeRules.FindWritableFields(Library));

    [Fact]
    public void The_public_surface_is_the_one_written_down() => WrittenSurface.Check(Library, "Verifiable.Inference.Tests");
}
