namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>One line of a block, with the lines that are indented below it.</summary>
internal sealed class ExpansionLine(int number, string text)
{
    /// <summary>Gets the number of the line in the page, from 1.</summary>
    internal int Number { get; } = number;

    /// <summary>Gets the text without what indents it.</summary>
    internal string Text { get; } = text;

    /// <summary>Gets the lines below it.</summary>
    internal List<ExpansionLine> Inner { get; } = [];

    /// <summary>Builds the tree of a block's lines.</summary>
    internal static List<ExpansionLine> Nest(IEnumerable<(int Number, string Text)> lines)
    {
        List<ExpansionLine> roots = [];
        Stack<(int Indent, ExpansionLine Line)> open = [];
        foreach ((int number, string text) in lines.Where(line => line.Text.Trim().Length > 0))
        {
            int indent = text.Length - text.TrimStart().Length;
            var line = new ExpansionLine(number, text.Trim());
            while (open.Count > 0 && open.Peek().Indent >= indent)
            {
                open.Pop();
            }

            (open.Count > 0 ? open.Peek().Line.Inner : roots).Add(line);
            open.Push((indent, line));
        }

        return roots;
    }

    /// <summary>Lists the line and everything below it.</summary>
    internal IEnumerable<ExpansionLine> All() => Inner.SelectMany(line => line.All()).Prepend(this);

    public override string ToString() => $"line {Number}: {Text}";
}
