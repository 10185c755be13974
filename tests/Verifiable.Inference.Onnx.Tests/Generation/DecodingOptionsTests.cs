using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Generation;

namespace Verifiable.Inference.Onnx.Tests.Generation;

public sealed class DecodingOptionsTests
{
    public static TheoryData<DecodingOptions> Some =>
    [
        DecodingOptions.Default,
        new() { Temperature = 0, MaxNewTokens = 1 },
        new() { Temperature = 0.1, TopK = 40, TopP = 0.95, MinP = 1e-3, RepetitionPenalty = 1.1, StopTokens = [0, 7, 50256], StopTexts = ["\n\n", "End", "ü"] },
    ];

    [Theory]
    [MemberData(nameof(Some))]
    public void Options_are_what_their_settings_say(DecodingOptions options)
    {
        GenerationOptions settings = options.ToGenerationOptions(5);
        Assert.Equal(5UL, settings.Seed);
        Assert.True(DecodingOptions.TryRead(settings, out DecodingOptions? read, out string? fault), fault);
        Assert.Equal(settings, read.ToGenerationOptions(5));
        Assert.Equal(options with { StopTokens = [], StopTexts = [] }, read with { StopTokens = [], StopTexts = [] });
        Assert.Equal(options.StopTokens.AsEnumerable(), read.StopTokens);
        Assert.Equal(options.StopTexts.AsEnumerable(), read.StopTexts);
    }

    [Theory]
    [InlineData("temperature", "1")]
    [InlineData("temperature", "0.50")]
    [InlineData("temperature", "5E-1")]
    [InlineData("temperature", " 0.5")]
    [InlineData("temperature", "NaN")]
    [InlineData("temperature", "-0")]
    [InlineData("min-p", "-0")]
    [InlineData("top-k", "+5")]
    [InlineData("top-k", "05")]
    [InlineData("top-k", "-1")]
    [InlineData("max-new-tokens", "128")]
    [InlineData("stop-tokens", "")]
    [InlineData("stop-tokens", "2,1")]
    [InlineData("stop-tokens", "1,1")]
    [InlineData("stop-tokens", "01")]
    [InlineData("stop-text.00", "")]
    [InlineData("stop-text.01", "a")]
    [InlineData("stop-text.0", "a")]
    [InlineData("Temperature", "0.5")]
    public void Settings_that_are_not_written_as_options_write_them_are_refused(string name, string value)
    {
        Assert.False(DecodingOptions.TryRead(new GenerationOptions(1, ImmutableSortedDictionary<string, string>.Empty.Add(name, value)), out DecodingOptions? options, out string? fault));
        Assert.Null(options);
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void All_faults_are_in_one_message()
    {
        DecodingOptions wrong = new()
        {
            MaxNewTokens = 0,
            Temperature = double.NaN,
            TopK = -1,
            TopP = 0,
            MinP = 2,
            RepetitionPenalty = double.PositiveInfinity,
            StopTokens = [2, 1],
            StopTexts = ["\ud800"],
        };
        string message = Assert.Throws<ArgumentException>(() => wrong.ToGenerationOptions(0)).Message;
        foreach (string name in (string[])["MaxNewTokens", "Temperature", "TopK", "TopP", "MinP", "RepetitionPenalty", "StopTokens", "StopTexts"])
        {
            Assert.Contains(name, message, StringComparison.Ordinal);
        }

        Assert.Empty(DecodingOptions.Default.Validate());
    }
}
