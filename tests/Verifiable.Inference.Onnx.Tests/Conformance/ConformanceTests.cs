using System.Text.RegularExpressions;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Conformance;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Conformance;

/// <summary>ONNX's own cases, which are no part of this repository, and the runner itself.</summary>
public sealed partial class ConformanceTests(Xunit.Abstractions.ITestOutputHelper log)
{
    private const string ListedIn = "docs/reference/operators.md";

    [NodeCaseFact]
    public void Every_node_case_passes_but_those_that_are_listed_with_a_reason()
    {
        List<ConformanceResult> results = [.. NodeCases.Find(ConformanceFolders.NodeCases!).Select(NodeCases.Run)];
        log.WriteLine(ConformanceResult.Totals(results));
        Dictionary<string, string> listed = Listed().Matches(File.ReadAllText(Path.Combine(ShippedModels.Root!, ListedIn)))
            .SelectMany(match => match.Groups["name"].Captures.Select(name => KeyValuePair.Create(name.Value, match.Groups["reason"].Value.Trim())))
            .ToDictionary(StringComparer.Ordinal);

        // Another folder may hold other cases, of which the list knows nothing.
        bool isShared = results.Any(result => listed.ContainsKey(result.Name));
        string[] unlisted = [.. results.Where(result => result.Outcome == ConformanceOutcome.Unsupported && isShared && !listed.ContainsKey(result.Name)).Select(result => result.ToString())];
        string[] stale = [.. results.Where(result => result.Outcome == ConformanceOutcome.Passed && listed.ContainsKey(result.Name)).Select(result => result.Name)];
        Assert.DoesNotContain(results, result => result.Outcome == ConformanceOutcome.Failed && !listed.ContainsKey(result.Name));
        Assert.True(unlisted.Length == 0, $"{ListedIn} does not list:\n{string.Join('\n', unlisted)}");
        Assert.True(stale.Length == 0, $"{ListedIn} lists what passes:\n{string.Join('\n', stale)}");
        Assert.All(listed, pair => Assert.NotEmpty(pair.Value));
        Assert.NotEmpty(results);

        // What is asked of the engine: at most 3 % of the cases are listed.
        Assert.True(!isShared || 100 * results.Count(result => result.Outcome != ConformanceOutcome.Passed) <= 3 * results.Count, ConformanceResult.Totals(results));
    }

    [LightModelFact]
    public void Every_light_model_gives_its_expected_outputs()
    {
        List<ConformanceResult> results = [.. LightModels.Find(ConformanceFolders.LightModels!).Select(LightModels.Run)];
        log.WriteLine(ConformanceResult.Totals(results));
        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.True(result.Outcome == ConformanceOutcome.Passed, result.ToString()));
    }

    [Fact]
    public void The_input_of_a_light_model_is_a_ramp_from_0_to_almost_1() =>
        Assert.Equal([0f, 1f / 6f, 2f / 6f, 0.5f, 4f / 6f, 5f / 6f], LightModels.Ramp(2, 3).AsSpan<float>().ToArray());

    [Theory]
    [InlineData(1.000f, ConformanceOutcome.Passed)]
    [InlineData(1.0009f, ConformanceOutcome.Passed)]
    [InlineData(1.002f, ConformanceOutcome.Failed)]
    [InlineData(-1f, ConformanceOutcome.Failed)]
    [InlineData(float.NaN, ConformanceOutcome.Failed)]
    [InlineData(float.PositiveInfinity, ConformanceOutcome.Failed)]
    public void A_case_passes_within_the_tolerance_and_fails_beyond_it(float expected, ConformanceOutcome outcome) =>
        Assert.Equal(outcome, RunCase("Abs", TensorValue.Create([-1f], 1), TensorValue.Create([expected], 1)).Outcome);

    [Fact]
    public void A_case_that_only_moves_elements_passes_exactly_or_not_at_all()
    {
        TensorValue input = TensorValue.Create([1f], 1);
        Assert.Equal(ConformanceOutcome.Passed, RunCase("Identity", input, input).Outcome);
        Assert.Equal(ConformanceOutcome.Failed, RunCase("Identity", input, TensorValue.Create([1.0000001f], 1)).Outcome);
        Assert.Equal(ConformanceOutcome.Failed, RunCase("Identity", TensorValue.Create([-0f], 1), TensorValue.Create([0f], 1)).Outcome);
        Assert.Equal(ConformanceOutcome.Passed, RunCase("Identity", TensorValue.Create([-0f], 1), TensorValue.Create([-0f], 1)).Outcome);
        Assert.Equal(ConformanceOutcome.Passed, RunCase("Identity", TensorValue.Create([float.NaN], 1), TensorValue.Create([float.NaN], 1)).Outcome);
    }

    [Fact]
    public void Another_type_or_shape_is_a_failure()
    {
        TensorValue input = TensorValue.Create([1f], 1);
        Assert.Equal(ConformanceOutcome.Failed, RunCase("Abs", input, TensorValue.Create([1], 1)).Outcome);
        Assert.Equal(ConformanceOutcome.Failed, RunCase("Abs", input, TensorValue.Create([1f], 1, 1)).Outcome);
    }

    [Fact]
    public void An_operator_that_is_missing_is_named_and_not_a_failure()
    {
        ConformanceResult result = RunCase("NoSuchOperator", TensorValue.Create([1f], 1), TensorValue.Create([1f], 1));
        Assert.Equal(ConformanceOutcome.Unsupported, result.Outcome);
        Assert.Contains("NoSuchOperator", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_without_expected_outputs_or_with_the_wrong_input_is_no_pass()
    {
        Assert.Equal(ConformanceOutcome.Failed, RunCase("Abs", TensorValue.Create([1f], 1), null).Outcome);
        Assert.NotEqual(ConformanceOutcome.Passed, RunCase("Abs", TensorValue.Create([1], 1), TensorValue.Create([1f], 1)).Outcome);
    }

    [Fact]
    public void The_last_line_counts_each_outcome() => Assert.Equal(
        "1 passed, 2 failed, 1 unsupported",
        ConformanceResult.Totals([
            new("a", ConformanceOutcome.Passed, ""), new("b", ConformanceOutcome.Failed, "x"), new("c", ConformanceOutcome.Failed, "y"), new("d", ConformanceOutcome.Unsupported, "z")]));

    // The input that only gives a type is stored with one element here, and declared with two.
    [Theory]
    [InlineData("CastLike", ConformanceOutcome.Passed)]
    [InlineData("Add", ConformanceOutcome.Unsupported)]
    public void Only_an_input_that_gives_its_type_alone_may_have_another_shape_than_its_model_says(string operatorType, ConformanceOutcome outcome)
    {
        OnnxModel model = new OnnxModelBuilder(15).Input("x", ElementType.Float32, 2).Input("like", ElementType.Float32, 2).Node(operatorType, ["x", "like"], ["y"])
            .Output("y", ElementType.Float32, 2).Build();
        TensorValue x = TensorValue.Create([1f, 2f], 2);
        Assert.Equal(outcome, RunCase(model, [x, TensorValue.Create([0f], 1)], x).Outcome);
    }

    private static ConformanceResult RunCase(string operatorType, TensorValue input, TensorValue? output) => RunCase(
        new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node(operatorType, ["x"], ["y"]).Output("y", ElementType.Float32, "N").Build(), [input], output);

    private static ConformanceResult RunCase(OnnxModel model, TensorValue[] inputs, TensorValue? output)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("case-");
        try
        {
            model.Save(Path.Combine(folder.FullName, "model.onnx"));
            string set = folder.CreateSubdirectory("test_data_set_0").FullName;
            for (int i = 0; i < inputs.Length; i++)
            {
                File.WriteAllBytes(Path.Combine(set, FormattableString.Invariant($"input_{i}.pb")), TensorFile.Write(inputs[i]));
            }

            if (output is not null)
            {
                File.WriteAllBytes(Path.Combine(set, "output_0.pb"), TensorFile.Write(output));
            }

            return NodeCases.Run(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A line of the list: - `test_name`, `test_name`: reason
    [GeneratedRegex(@"^- `(?<name>test_\w+)`(?:, `(?<name>test_\w+)`)*:(?<reason>[^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
