using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Onnx.Engines;

namespace Verifiable.Inference.Onnx.Tests.Engines;

public sealed class MemoryPlanTests
{
    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(11, 7);

    private static readonly Arbitrary<MemoryPlan.Span[]> _spans = Gen.ArrayOf(
        from bytes in Gen.Choose(1, 700)
        from first in Gen.Choose(0, 40)
        from length in Gen.Choose(0, 12)
        select (bytes, first, length)).Select(spans => spans.Select((span, i) => new MemoryPlan.Span(i, span.bytes, span.first, span.first + span.length)).ToArray()).ToArbitrary();

    [Fact]
    public void Values_that_are_needed_at_the_same_time_never_share_memory() => Prop.ForAll(_spans, spans =>
    {
        MemoryPlan plan = MemoryPlan.Make(spans);
        foreach (MemoryPlan.Span a in spans)
        {
            MemoryPlan.Slot slot = plan.Find(a.Place)!;
            Assert.True(slot.Offset % 64 == 0 && slot.Offset + a.Bytes <= plan.Blocks[slot.Block]);
            foreach (MemoryPlan.Span b in spans.Where(b => b.Place > a.Place && a.First <= b.Last && b.First <= a.Last))
            {
                MemoryPlan.Slot other = plan.Find(b.Place)!;
                Assert.True(slot.Block != other.Block || slot.Offset + a.Bytes <= other.Offset || other.Offset + b.Bytes <= slot.Offset, $"{a} and {b}");
            }
        }
    }).Check(_config);

    [Fact]
    public void Values_one_after_the_other_share_memory()
    {
        MemoryPlan plan = MemoryPlan.Make([.. Enumerable.Range(0, 1000).Select(i => new MemoryPlan.Span(i, 1000, i, i + 1))]);
        Assert.Equal(2048, plan.Bytes);
    }

    [Fact]
    public void Values_beyond_one_block_get_another()
    {
        MemoryPlan plan = MemoryPlan.Make([new(0, 700L << 20, 0, 2), new(1, 700L << 20, 1, 2), new(2, 2000L << 20, 2, 2), new(3, 64, 0, 3)]);
        Assert.Equal(3, plan.Blocks.Count);
        Assert.Equal((3400L << 20) + 64, plan.Bytes);
    }
}
