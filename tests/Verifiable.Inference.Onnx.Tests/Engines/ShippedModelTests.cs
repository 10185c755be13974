using System.Text.Json;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

public sealed class ShippedModelTests
{
    [Theory]
    [InlineData("digits")]
    [InlineData("digits-small")]
    [InlineData("iris")]
    public async Task Logits_agree_with_those_of_another_implementation(string name)
    {
        ReferenceOutputs reference = ReferenceOutputs.Read(name);
        float[] logits = (await Run(name, reference.Input))["logits"].AsSpan<float>().ToArray();
        Assert.Equal(reference.Logits.Length, logits.Length);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            difference += Math.Pow(logits[i] - reference.Logits[i], 2);
            size += Math.Pow(reference.Logits[i], 2);
        }

        Assert.True(Math.Sqrt(difference / size) <= 1e-5, $"relative L2 {Math.Sqrt(difference / size):R}");
    }

    // Truth from outside: PyTorch's own network, in double precision.
    [Theory]
    [InlineData("shakespeare", 160)]
    [InlineData("shakespeare-small", 32)]
    public async Task A_decoder_says_what_the_network_that_was_trained_says(string name, int fewestGraphNodes)
    {
        using JsonDocument reference = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(ShippedModels.Root!, "models", "reference", name + ".json")));
        long[] tokens = [.. reference.RootElement.GetProperty("input_ids").EnumerateArray().Select(static token => token.GetInt64())];
        double[] expected = [.. reference.RootElement.GetProperty("logitsFloat64").EnumerateArray().SelectMany(static row => row.EnumerateArray()).Select(static logit => logit.GetDouble())];
        OnnxModel model = OnnxModel.Load(ShippedModels.Decoders.Single(path => Path.GetFileNameWithoutExtension(path) == name));
        Assert.True(model.Nodes.Length >= fewestGraphNodes, $"{model.Nodes.Length} graph nodes");
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(ShippedModels.Prompt(model, tokens, 1), new GenerationOptions(3));
        Assert.Equal(new TensorShape(1, tokens.Length, 65), outputs["logits"].Shape);
        float[] logits = outputs["logits"].AsSpan<float>().ToArray();
        double difference = Math.Sqrt(logits.Zip(expected, static (ours, theirs) => Math.Pow(ours - theirs, 2)).Sum() / expected.Sum(static value => value * value));
        Assert.True(difference <= 1e-5, $"relative L2 {difference:R}");
    }

    [Theory]
    [InlineData("digits", 496, 500)]
    [InlineData("digits-small", 479, 500)]
    [InlineData("iris", 51, 51)]
    public async Task Accuracy_on_held_out_data_is_what_the_card_states(string name, int expected, int rows)
    {
        (TensorValue input, int[] labels) = ShippedModels.Input(Path.Combine(ShippedModels.Root!, "models", name + ".onnx"), int.MaxValue);
        float[] logits = (await Run(name, input))["logits"].AsSpan<float>().ToArray();
        int classes = logits.Length / labels.Length;
        int right = labels.Where((label, row) => logits.AsSpan(row * classes, classes).IndexOf(logits.AsSpan(row * classes, classes).ToArray().Max()) == label).Count();
        Assert.Equal((expected, rows), (right, labels.Length));
        string line = FormattableString.Invariant($"Accuracy through the canonical engine: {right} of {rows} ({100.0 * right / rows:F2} %).");
        Assert.Contains(line, File.ReadLines(Path.Combine(ShippedModels.Root!, "models", name + ".md")));
    }

    [Fact]
    public async Task A_batch_gives_the_bits_of_its_rows_and_threads_change_none()
    {
        (TensorValue batch, int[] labels) = ShippedModels.Input(Path.Combine(ShippedModels.Root!, "models", "digits.onnx"), 40);
        NamedTensors whole = await Run("digits", batch);
        Assert.Equal(whole, await Run("digits", batch, 2));
        OnnxModel model = OnnxModel.Load(Path.Combine(ShippedModels.Root!, "models", "digits.onnx"));
        var engine = new CanonicalEngine(model);
        for (int row = 0; row < labels.Length; row++)
        {
            TensorValue input = TensorValue.Take(batch.Type, new TensorShape(1, 1, 8, 8), batch.Bytes.Slice(row * 256, 256));
            NamedTensors alone = await engine.RunAsync(NamedTensors.Of(model.Inputs[0].Name, input), new GenerationOptions(3));
            foreach (KeyValuePair<string, TensorValue> output in alone)
            {
                int size = output.Value.Bytes.Length;
                Assert.True(output.Value.Bytes.Span.SequenceEqual(whole[output.Key].Bytes.Span.Slice(row * size, size)), $"{output.Key}, row {row}");
            }
        }
    }

    [Fact]
    public async Task A_hundred_runs_with_one_seed_give_one_result_and_another_seed_another()
    {
        (TensorValue input, _) = ShippedModels.Input(Path.Combine(ShippedModels.Root!, "models", "digits.onnx"), 8);
        OnnxModel model = OnnxModel.Load(Path.Combine(ShippedModels.Root!, "models", "digits.onnx"));
        var engine = new CanonicalEngine(model);
        NamedTensors named = NamedTensors.Of(model.Inputs[0].Name, input);
        NamedTensors first = await engine.RunAsync(named, new GenerationOptions(9));
        NamedTensors[] others = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () => await engine.RunAsync(named, new GenerationOptions(9)))));
        Assert.All(others, other => Assert.Equal(first, other));
        Assert.NotEqual(first, await engine.RunAsync(named, new GenerationOptions(10)));
    }

    private static async Task<NamedTensors> Run(string name, TensorValue input, int threads = 1)
    {
        OnnxModel model = OnnxModel.Load(Path.Combine(ShippedModels.Root!, "models", name + ".onnx"));
        var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = threads });
        return await engine.RunAsync(NamedTensors.Of(model.Inputs[0].Name, input), new GenerationOptions(3));
    }
}
