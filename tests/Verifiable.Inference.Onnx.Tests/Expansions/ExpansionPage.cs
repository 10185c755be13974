namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The blocks of <c>docs/reference/canonical-expansions.md</c>.</summary>
internal sealed class ExpansionPage
{
    private const string Fence = "```expansion";

    private ExpansionPage(IEnumerable<ExpansionBlock> blocks)
    {
        Blocks = [.. blocks];
        Procedures = Blocks.Where(block => block.Kind == "procedure").ToDictionary(block => block.Name, StringComparer.Ordinal);
    }

    internal static ExpansionPage Read { get; } = Parse(File.ReadAllLines(PathOf("canonical-expansions.md")));

    internal List<ExpansionBlock> Blocks { get; }

    internal IEnumerable<ExpansionBlock> Operators => Blocks.Where(block => block.Kind == "operator");

    internal Dictionary<string, ExpansionBlock> Procedures { get; }

    /// <summary>Gets where a page of the reference lies.</summary>
    internal static string PathOf(string page)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Verifiable.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? throw new DirectoryNotFoundException("Expected to run below the folder of Verifiable.sln."), "docs", "reference", page);
    }

    /// <summary>Finds the block of an operator; <see langword="null"/> where the page has none that holds for it.</summary>
    internal ExpansionBlock? Find(PageNode node) => Operators.SingleOrDefault(block =>
        block.Domain == node.Domain && block.Name == node.OperatorType && block.Since <= node.Version && (block.Condition is null || new ExpansionRun(this, block, node).Holds(block.Condition)));

    /// <summary>Finds the step of a recurrent cell.</summary>
    internal ExpansionBlock? FindStep(PageNode node) => node.Domain.Length > 0 ? null : Blocks.SingleOrDefault(block => block.Kind == "step" && block.Name == node.OperatorType);

    private static ExpansionPage Parse(string[] lines)
    {
        List<ExpansionBlock> blocks = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == Fence)
            {
                int end = Array.IndexOf(lines, "```", i);
                blocks.Add(ExpansionBlock.Read([.. Enumerable.Range(i + 1, end - i - 1).Select(line => (line + 1, lines[line]))]));
                i = end;
            }
        }

        return new ExpansionPage(blocks);
    }
}
