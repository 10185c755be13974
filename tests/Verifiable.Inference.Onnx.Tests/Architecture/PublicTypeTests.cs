using System.Reflection;
using Verifiable.Inference.Architecture;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Tests.Architecture;

/// <summary>Keeps the public surface small, sealed, and without harm in <c>default</c>.</summary>
public sealed class PublicTypeTests
{
    private static Assembly Library => typeof(OnnxModel).Assembly;

    [Fact]
    public void Classes_are_sealed_static_or_abstract() => Assert.Empty(TypeRules.FindUnsealed(Library));

    [Fact]
    public void Every_enum_names_its_zero() => Assert.Empty(TypeRules.FindEnumsWithoutZero(Library));

    [Fact]
    public void Structs_with_equality_have_the_operators() => Assert.Empty(TypeRules.FindStructsWithoutOperators(Library));

    [Fact]
    public void No_field_can_be_written() => Assert.Empty(TypeRules.FindWritableFields(Library));

    [Fact]
    public void The_public_surface_is_the_one_written_down() => WrittenSurface.Check(Library, "Verifiable.Inference.Onnx.Tests");
}
