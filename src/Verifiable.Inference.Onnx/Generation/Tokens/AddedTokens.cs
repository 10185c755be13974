namespace Verifiable.Inference.Onnx.Generation;

/// <summary>The texts of added tokens as a tree of their characters: the first text in another, the longest where several begin there, is found in one pass. Immutable once made.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<(int Node, char Character), int> _children = [];
    private readonly Dictionary<int, int> _ends = [];

    /// <summary>Creates the tree.</summary>
    /// <param name="added">Texts that are not empty, with their tokens.</param>
    internal AddedTokens(IEnumerable<(string Text, int Token)> added)
    {
        foreach ((string text, int token) in added)
        {
            int node = 0;
            foreach (char character in text)
            {
                if (!_children.TryGetValue((node, character), out int next))
                {
                    next = _children.Count + 1;
                    _children.Add((node, character), next);
                }

                node = next;
            }

            _ = _ends.TryAdd(node, token);
        }
    }

    /// <summary>Finds the first text; a length of 0 and the end where there is none.</summary>
    internal (int Start, int Length, int Token) Find(ReadOnlySpan<char> text)
    {
        for (int start = 0; start < text.Length && _children.Count > 0; start++)
        {
            (int length, int token) = Longest(text[start..]);
            if (length > 0)
            {
                return (start, length, token);
            }
        }

        return (text.Length, 0, 0);
    }

    private (int Length, int Token) Longest(ReadOnlySpan<char> text)
    {
        (int length, int found, int node) = (0, 0, 0);
        for (int i = 0; i < text.Length && _children.TryGetValue((node, text[i]), out node); i++)
        {
            if (_ends.TryGetValue(node, out int token))
            {
                (length, found) = (i + 1, token);
            }
        }

        return (length, found);
    }
}
