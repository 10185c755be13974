using System.Buffers.Binary;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Commitments;

namespace Verifiable.Inference.Tests.Comparison;

/// <summary>Laws of every comparer in <see cref="ComparerRegistry"/>.</summary>
public sealed class ComparerLaws
{
    private static readonly ElementType[] _floats = [ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16];

    public static TheoryData<string> Names => ComparerRegistry.Names;

    public static TheoryData<string> Seeing => ComparerRegistry.SeeingNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void An_output_has_distance_0_to_itself_and_distances_are_symmetric_and_not_negative(string name)
    {
        OutputComparer comparer = ComparerRegistry.Get(name).Comparer;
        RandomTensors random = new(31);
        for (int i = 0; i < 500; i++)
        {
            TensorValue a = random.Next();
            TensorValue b = random.Next(a.Type, a.Shape);
            Assert.Equal(0, comparer.Measure(One(a), One(TensorValue.Take(a.Type, a.Shape, a.Bytes.ToArray()))));
            double distance = comparer.Measure(One(a), One(b));
            Assert.Equal(distance, comparer.Measure(One(b), One(a)));
            Assert.True(distance >= 0, $"{distance}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_names_types_shapes_and_counts_are_infinitely_far(string name)
    {
        OutputComparer comparer = ComparerRegistry.Get(name).Comparer;
        NamedTensors output = One(TensorValue.Create(new float[] { 1, 2 }, 2));
        NamedTensors[] others =
        [
            NamedTensors.Empty,
            NamedTensors.Of("Y", TensorValue.Create(new float[] { 1, 2 }, 2)),
            One(TensorValue.Create(new float[] { 1, 2 }, 1, 2)),
            One(TensorValue.Create(new float[] { 1, 2, 3 }, 3)),
            One(TensorValue.Create(new double[] { 1, 2 }, 2)),
            new NamedTensors([.. output, KeyValuePair.Create("z", output["y"])]),
        ];
        Assert.All(others, other => Assert.Equal(double.PositiveInfinity, comparer.Measure(output, other)));
        Assert.All(others, other => Assert.Equal(double.PositiveInfinity, comparer.Measure(other, output)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NaN_on_one_side_is_infinite_and_on_both_sides_0_whatever_its_bits(string name)
    {
        OutputComparer comparer = ComparerRegistry.Get(name).Comparer;
        foreach (ElementType type in _floats)
        {
            TensorValue nan = Of(type, QuietNaN(type));
            TensorValue other = Of(type, QuietNaN(type) | 1);
            Assert.Equal(double.PositiveInfinity, comparer.Measure(One(nan), One(Of(type, 0))));
            Assert.Equal(double.PositiveInfinity, comparer.Measure(One(Of(type, 0)), One(nan)));
            Assert.Equal(0, comparer.Measure(One(nan), One(nan)));
            Assert.Equal(0, comparer.Measure(One(nan), One(other)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Zeros_of_both_signs_are_as_far_apart_as_the_comparer_says_in_every_type(string name)
    {
        ComparerCase item = ComparerRegistry.Get(name);
        foreach (ElementType type in _floats)
        {
            TensorValue negative = Of(type, 1UL << ((8 * ElementTypes.SizeOf(type)) - 1));
            Assert.Equal((type, item.ZeroOfAnotherSignIs), (type, item.Comparer.Measure(One(negative), One(Of(type, 0)))));
        }
    }

    [Theory]
    [MemberData(nameof(Seeing))]
    public void Outputs_that_differ_in_a_value_are_never_at_distance_0(string name)
    {
        OutputComparer comparer = ComparerRegistry.Get(name).Comparer;
        RandomTensors random = new(33);
        for (int i = 0; i < 2000; i++)
        {
            TensorValue a = random.Next();
            TensorValue b = random.Next(a.Type, a.Shape);
            if (OutputComparers.MaxAbsolute.Measure(One(a), One(b)) > 0)
            {
                Assert.True(comparer.Measure(One(a), One(b)) > 0, $"{a}");
            }
        }

        Assert.True(comparer.Measure(One(TensorValue.Create(new[] { long.MaxValue }, 1)), One(TensorValue.Create(new[] { long.MaxValue - 1 }, 1))) > 0);
        Assert.True(comparer.Measure(One(TensorValue.Create(new[] { 1f }, 1)), One(TensorValue.Create(new[] { MathF.BitIncrement(1f) }, 1))) > 0);
        Assert.True(comparer.Measure(One(TensorValue.Create(new[] { double.Epsilon }, 1)), One(TensorValue.Create(new[] { 0.0 }, 1))) > 0);
        Assert.Equal(double.PositiveInfinity, comparer.Measure(One(TensorValue.Create(new[] { double.PositiveInfinity }, 1)), One(TensorValue.Create(new[] { double.MaxValue }, 1))));
        Assert.Equal(0, comparer.Measure(One(TensorValue.Create(new[] { double.PositiveInfinity }, 1)), One(TensorValue.Create(new[] { double.PositiveInfinity }, 1))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Commitments_give_the_same_distance_as_tensors_or_none(string name)
    {
        OutputComparer comparer = ComparerRegistry.Get(name).Comparer;
        RandomTensors random = new(32);
        for (int i = 0; i < 300; i++)
        {
            NamedTensors a = One(random.Next());
            NamedTensors b = i % 3 == 0 ? a : One(random.Next(a[0].Value.Type, a[0].Value.Shape));
            double committed = comparer.Measure(CommittedTensors.Of(a), CommittedTensors.Of(b));
            Assert.Equal(comparer.ComparesCommitments ? comparer.Measure(a, b) : double.NaN, committed);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Missing_arguments_throw(string name)
    {
        OutputComparer comparer = ComparerRegistry.Get(name).Comparer;
        Assert.Throws<ArgumentNullException>("left", () => comparer.Measure(null!, NamedTensors.Empty));
        Assert.Throws<ArgumentNullException>("right", () => comparer.Measure(NamedTensors.Empty, null!));
        Assert.Throws<ArgumentNullException>("left", () => comparer.Measure(null!, CommittedTensors.Of(NamedTensors.Empty)));
        Assert.Throws<ArgumentNullException>("right", () => comparer.Measure(CommittedTensors.Of(NamedTensors.Empty), null!));
    }

    private static NamedTensors One(TensorValue value) => NamedTensors.Of("y", value);

    private static TensorValue Of(ElementType type, ulong bits)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, bits);
        return TensorValue.Take(type, new TensorShape(1), bytes.AsSpan(0, ElementTypes.SizeOf(type)).ToArray());
    }

    private static ulong QuietNaN(ElementType type) => type switch
    {
        ElementType.Float32 => 0x7FC0_0000,
        ElementType.Float64 => 0x7FF8_0000_0000_0000,
        ElementType.Float16 => 0x7E00,
        _ => 0x7FC0,
    };
}
