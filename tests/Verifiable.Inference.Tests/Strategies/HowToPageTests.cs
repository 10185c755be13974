using System.Text.RegularExpressions;

namespace Verifiable.Inference.Tests.Strategies;

public sealed partial class HowToPageTests
{
    [Fact]
    public void The_code_of_the_page_is_the_file_that_is_compiled()
    {
        string file = Read("tests/Verifiable.Inference.Tests/Strategies/TwiceStrategy.cs");
        Assert.Equal(file, string.Join("\n", Blocks("TwiceStrategy.cs")));
    }

    [Fact]
    public void The_line_of_the_page_is_in_the_registry() =>
        Assert.Contains(Assert.Single(Blocks("StrategyRegistry.cs")).Trim(), Read("tests/Verifiable.Inference.Tests/Strategies/StrategyRegistry.cs"), StringComparison.Ordinal);

    private static IEnumerable<string> Blocks(string file) =>
        CodeBlock().Matches(Read("docs/how-to/write-a-strategy.md")).Where(block => block.Groups["file"].Value == file).Select(block => block.Groups["code"].Value);

    private static string Read(string path)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Verifiable.sln")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        return File.ReadAllText(Path.Combine(root.FullName, path));
    }

    [GeneratedRegex("^```csharp (?<file>\\S+)\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlock();
}
