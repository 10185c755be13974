using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Generation;

/// <summary>Keys and values that stay where they are, against those that the model's own graph nodes copy in every step.</summary>
public sealed class AppendedCacheTests
{
    private static readonly DecoderSizes _sizes = new(2, 24, 4, 2, 20, 31, 400);

    public static TheoryData<DecoderStyle> Styles => [.. Enum.GetValues<DecoderStyle>().Where(style => style is not (DecoderStyle.None or DecoderStyle.Gpt2WithoutCache))];

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Logits_and_rows_are_those_of_copies(DecoderStyle style)
    {
        OnnxModel model = DecoderNetworks.Make(style, _sizes);
        SeededWeights random = new(3);
        for (int threads = 1; threads <= 2; threads++)
        {
            var decoder = DecoderModel.Create(model, new DecoderOptions { Engine = new CanonicalEngineOptions { Threads = threads } });
            for (int batch = 1; batch <= 3; batch++)
            {
                DecoderRun kept = decoder.Start(batch);
                var copied = new DecoderRun(decoder.Engine, decoder.Shape, batch, usesCache: true, copies: true);

                // Steps of one token and of some, one that is long enough to be computed otherwise, and lengths past the room that was taken first.
                foreach (int count in (int[])[3, 1, 1, 2, 16, 1, 17, 1, .. Enumerable.Repeat(1, 20), 5, 1, 30, 1, 200, 1, 1, 15, 1])
                {
                    int[][] tokens = [.. Enumerable.Range(0, kept.Batch).Select(_ => Enumerable.Range(0, count).Select(_ => random.Below(_sizes.Vocabulary)).ToArray())];
                    ReadOnlyMemory<float> expected = await copied.StepAsync(tokens, null, CancellationToken.None);
                    ReadOnlyMemory<float> logits = await kept.StepAsync(tokens, null, CancellationToken.None);
                    Assert.Equal(Bits(expected), Bits(logits));
                    Assert.Equal(new NamedTensors(copied.NewRows()), new NamedTensors(kept.NewRows()));
                    if (kept.Batch == 3 && kept.Length > 60)
                    {
                        kept.Keep([0, 2]);
                        copied.Keep([0, 2]);
                    }
                }
            }
        }
    }

    // One engine, the same shapes: memory of one run is used again by the next.
    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Runs_that_keep_and_runs_that_copy_leave_each_other_alone(DecoderStyle style)
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(style, _sizes));
        SeededWeights random = new(6);
        for (int round = 0; round < 6; round++)
        {
            int[] tokens = [.. Enumerable.Range(0, 5).Select(_ => random.Below(_sizes.Vocabulary))];
            float[] expected = await DecoderLawTests.Step(new DecoderRun(decoder.Engine, decoder.Shape, 1, usesCache: false), tokens);
            var run = new DecoderRun(decoder.Engine, decoder.Shape, 1, usesCache: true, copies: round % 2 == 1);
            _ = await DecoderLawTests.Step(run, tokens[..3]);
            _ = await DecoderLawTests.Step(run, tokens[3]);
            Assert.Equal(expected, await DecoderLawTests.Step(run, tokens[4]));
        }
    }

    // Matrices so long that products read them line by line.
    [Theory]
    [InlineData(DecoderStyle.Gpt2)]
    [InlineData(DecoderStyle.LlamaMicrosoft)]
    public async Task Long_sequences_have_the_bits_of_copies(DecoderStyle style)
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(style, new DecoderSizes(1, 128, 2, 1, 16, 17, 700)));
        DecoderRun kept = decoder.Start(2);
        var copied = new DecoderRun(decoder.Engine, decoder.Shape, 2, usesCache: true, copies: true);
        SeededWeights random = new(4);
        foreach (int count in (int[])[509, 1, 1, 1, 1, 1, 16, 1, 17, 100, 1])
        {
            int[][] tokens = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, count).Select(_ => random.Below(17)).ToArray())];
            Assert.Equal(Bits(await copied.StepAsync(tokens, null, CancellationToken.None)), Bits(await kept.StepAsync(tokens, null, CancellationToken.None)));
        }
    }

    [Theory]
    [InlineData(DecoderStyle.Gpt2, 4)]
    [InlineData(DecoderStyle.Gpt2Microsoft, 4)]
    [InlineData(DecoderStyle.Gpt2Attention, 2)]
    [InlineData(DecoderStyle.Llama, 0)]
    [InlineData(DecoderStyle.LlamaAttention, 2)]
    [InlineData(DecoderStyle.LlamaMicrosoft, 4)]
    public void Caches_that_products_alone_read_stay(DecoderStyle style, int count)
    {
        AppendPlan plan = DecoderModel.Create(DecoderNetworks.Make(style, _sizes)).Shape.Appends;
        Assert.Equal(4, plan.Links.Length);
        Assert.Equal(count, plan.Links.Count(link => link.MayStay(null)));
        foreach (AppendPlan.Link link in plan.Links.Where(link => link.MayStay(null)))
        {
            Assert.False(link.MayStay(new HashSet<int> { link.Roles[0].Step }));
            Assert.True(link.MayStay(new HashSet<int> { link.Roles[^1].Step }));
        }
    }

    // Whoever reads keys or values in another way than a product sees them whole.
    [Theory]
    [InlineData("past")]
    [InlineData("present")]
    [InlineData("left")]
    [InlineData("transposed")]
    [InlineData("both")]
    [InlineData("output")]
    public async Task A_cache_that_something_else_reads_is_copied(string what)
    {
        OnnxModel model = OddDecoder.Make(null, (builder, past, added) =>
        {
            builder.Node("Concat", [past, added], ["present.0.key"], ("axis", AttributeValue.Of(2L)));
            builder.Node("Transpose", ["present.0.key"], ["turned"], ("perm", AttributeValue.Of([0L, 1, 3, 2])));
            builder.Node("MatMul", [added, "turned"], ["scores"]);
            string[] inputs = what switch
            {
                "past" => [past, past],
                "present" => ["present.0.key", "present.0.key"],
                "left" => ["present.0.key", "turned"],
                "transposed" => ["turned", "turned"],
                _ => ["scores", "present.0.key"],
            };
            if (what == "output")
            {
                builder.Node("Identity", ["turned"], ["seen"]);
                builder.Output("seen", ElementType.Float32, "batch", 1, OddDecoder.Width, "total");
                return;
            }

            builder.Node(what is "left" or "both" ? "MatMul" : "Mul", inputs, ["unused"]);
        });
        var decoder = DecoderModel.Create(model, new DecoderOptions { ContextLength = 50 });
        Assert.DoesNotContain(decoder.Shape.Appends.Links, link => link.MayStay(null));
        DecoderRun kept = decoder.Start(1);
        var copied = new DecoderRun(decoder.Engine, decoder.Shape, 1, usesCache: true, copies: true);
        foreach (int token in (int[])[1, 2, 3, 4])
        {
            Assert.Equal(await DecoderLawTests.Step(copied, token), await DecoderLawTests.Step(kept, token));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_come_back_from_memory_with_room(bool isTransposed)
    {
        SeededWeights random = new(1);
        float[,] rows = new float[300, 6 * 5];
        AppendedTensor? kept = null;
        for (int count = 0; count < 300;)
        {
            int added = count == 0 ? 4 : Math.Min(300 - count, 1 + random.Below(9));
            float[] elements = new float[6 * added * 5];
            for (int i = 0; i < elements.Length; i++)
            {
                int matrix = i / (added * 5);
                elements[i] = rows[count + (i / 5 % added), (matrix * 5) + (i % 5)] = random.Below(1000);
            }

            var value = TensorValue.Create(elements, 2, 3, added, 5);
            kept ??= new AppendedTensor(value, isTransposed);
            kept.Write(value, count);
            Assert.Equal(value, kept.Rows(count));
            count += added;
            float[] whole = [.. Enumerable.Range(0, 6 * count * 5).Select(i => rows[i / 5 % count, (i / (count * 5) * 5) + (i % 5)])];
            Assert.Equal(TensorValue.Create(whole, 2, 3, count, 5), kept.Rows(0));
        }
    }

    private static uint[] Bits(ReadOnlyMemory<float> values) => [.. values.ToArray().Select(BitConverter.SingleToUInt32Bits)];
}
