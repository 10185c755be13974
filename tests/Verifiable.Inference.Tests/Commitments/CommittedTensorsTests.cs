using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class CommittedTensorsTests
{
    private static readonly TensorValue _one = TensorValue.Create([1f, 2f], 2);
    private static readonly TensorValue _two = TensorValue.Create([1f, 2f], 1, 2);

    [Fact]
    public void The_tensors_committed_to_open_it_and_no_others_do()
    {
        NamedTensors tensors = new([KeyValuePair.Create("b", _two), KeyValuePair.Create("a", _one)]);
        var committed = CommittedTensors.Of(tensors);
        Assert.True(committed.Opens(tensors));
        Assert.Equal(TensorCommitment.Compute(_one), committed["a"]);
        Assert.Equal(["a", "b"], committed.Select(pair => pair.Key));
        Assert.False(committed.Opens(NamedTensors.Empty));
        Assert.False(committed.Opens(NamedTensors.Of("a", _one)));
        Assert.False(committed.Opens(new([KeyValuePair.Create("a", _one), KeyValuePair.Create("B", _two)])));
        Assert.False(committed.Opens(new([KeyValuePair.Create("a", _two), KeyValuePair.Create("b", _one)])));
        Assert.False(committed.Opens(new([.. tensors, KeyValuePair.Create("c", _one)])));
        Assert.True(CommittedTensors.Of(NamedTensors.Empty).Opens(NamedTensors.Empty));
    }

    [Fact]
    public void Order_of_giving_does_not_count_and_content_does()
    {
        var ab = CommittedTensors.Of(new([KeyValuePair.Create("a", _one), KeyValuePair.Create("b", _two)]));
        var ba = CommittedTensors.Of(new([KeyValuePair.Create("b", _two), KeyValuePair.Create("a", _one)]));
        var aa = CommittedTensors.Of(new([KeyValuePair.Create("a", _one), KeyValuePair.Create("b", _one)]));
        Assert.Equal(ab, ba);
        Assert.Equal(ab.GetHashCode(), ba.GetHashCode());
        Assert.Equal(ab.ToDigest(), ba.ToDigest());
        Assert.NotEqual(ab, aa);
        Assert.NotEqual(ab.ToDigest(), aa.ToDigest());
    }

    [Fact]
    public void A_missing_name_says_which_there_are()
    {
        var committed = CommittedTensors.Of(NamedTensors.Of("image", _one));
        Assert.Contains("image", Assert.Throws<KeyNotFoundException>(() => committed["Image"]).Message, StringComparison.Ordinal);
        Assert.False(committed.TryGetValue("", out _));
    }

    [Fact]
    public void Names_that_cannot_be_encoded_are_a_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => Of("a", "a"));
        Assert.Throws<ArgumentException>(() => Of(""));
        Assert.Throws<ArgumentException>(() => Of(new string('x', 256)));
        Assert.Throws<ArgumentException>(() => Of("\uD800"));
        Assert.Throws<ArgumentException>(() => Of([.. Enumerable.Range(0, 257).Select(i => $"t{i}")]));
        Assert.Equal(256, Of([.. Enumerable.Range(0, 256).Select(i => $"t{i}")]).Count);
    }

    [Theory]
    [InlineData(new[] { "a", "b" }, true)]
    [InlineData(new[] { "B", "a" }, true)]
    [InlineData(new[] { "\uD83D\uDE00", "\uFF21" }, true)]
    [InlineData(new[] { "\uFF21", "\uD83D\uDE00" }, false)]
    [InlineData(new[] { "b", "a" }, false)]
    [InlineData(new[] { "a", "a" }, false)]
    [InlineData(new[] { "" }, false)]
    [InlineData(new[] { "", "a" }, false)]
    public void A12_only_names_in_ordinal_order_once_each_are_read(string[] names, bool reads)
    {
        Assert.Equal(reads, Canonical.TryRead(Encode(names), out CommittedTensors? committed));
        Assert.Equal(reads, committed is not null && committed.Equals(Of(names)));
    }

    [Fact]
    public void More_than_256_names_are_refused()
    {
        string[] names = [.. Enumerable.Range(0, 257).Select(i => $"t{i:d3}")];
        Assert.True(Canonical.TryRead<CommittedTensors>(Encode(names[..256]), out _));
        Assert.False(Canonical.TryRead<CommittedTensors>(Encode(names), out _));
    }

    private static CommittedTensors Of(params string[] names) => new(names.Select(name => KeyValuePair.Create(name, default(Digest))));

    private static byte[] Encode(string[] names)
    {
        CanonicalWriter writer = new([]);
        writer.WriteDomain("vinf/tensors/v1");
        writer.WriteUInt16((ushort)names.Length);
        foreach (string name in names)
        {
            writer.WriteText(name);
            writer.WriteDigest(default);
        }

        byte[] bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}
