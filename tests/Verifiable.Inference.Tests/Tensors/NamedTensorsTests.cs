using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Tensors;

public sealed class NamedTensorsTests
{
    private static readonly TensorValue _value = TensorValue.Create([1f], 1);

    [Fact]
    public void Names_are_in_ordinal_order_whatever_the_culture()
    {
        NamedTensors tensors = new(new[] { "ä", "b", "a", "B", "_" }.Select(name => KeyValuePair.Create(name, _value)));
        Assert.Equal(["B", "_", "a", "b", "ä"], tensors.Select(pair => pair.Key));
        Assert.Equal("B", tensors[0].Key);
        Assert.Equal(5, tensors.Count);
    }

    [Fact]
    public void Equality_is_by_content_and_not_by_order()
    {
        NamedTensors one = new([KeyValuePair.Create("a", _value), KeyValuePair.Create("b", TensorValue.Create([2f], 1))]);
        NamedTensors two = new([KeyValuePair.Create("b", TensorValue.Create([2f], 1)), KeyValuePair.Create("a", TensorValue.Create([1f], 1))]);
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.NotEqual(one, NamedTensors.Of("a", _value));
        Assert.Equal(NamedTensors.Empty, new NamedTensors([]));
    }

    [Fact]
    public void Names_that_are_empty_or_come_twice_and_missing_tensors_are_callers_mistakes()
    {
        Assert.Throws<ArgumentException>(() => NamedTensors.Of("", _value));
        Assert.Throws<ArgumentException>(() => new NamedTensors([KeyValuePair.Create("a", _value), KeyValuePair.Create("a", _value)]));
        Assert.Throws<ArgumentNullException>(() => NamedTensors.Of(null!, _value));
        Assert.Throws<ArgumentNullException>(() => NamedTensors.Of("a", null!));
        Assert.Throws<ArgumentNullException>(() => new NamedTensors(null!));
    }

    [Fact]
    public void A_missing_name_says_which_there_are()
    {
        KeyNotFoundException missing = Assert.Throws<KeyNotFoundException>(() => NamedTensors.Of("image", _value)["picture"]);
        Assert.Contains("image", missing.Message, StringComparison.Ordinal);
        Assert.Contains("picture", missing.Message, StringComparison.Ordinal);
        Assert.False(NamedTensors.Empty.TryGetValue("image", out TensorValue? value));
        Assert.Null(value);
    }
}
