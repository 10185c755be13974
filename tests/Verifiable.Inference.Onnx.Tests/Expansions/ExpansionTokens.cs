using System.Text.RegularExpressions;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The words of one line of a block.</summary>
internal sealed partial class ExpansionTokens
{
    private readonly List<string> _tokens = [];
    private readonly string _text;
    private int _next;

    internal ExpansionTokens(string text)
    {
        _text = text;
        int end = 0;
        foreach (Match match in Token().Matches(text))
        {
            Assert.True(text[end..match.Index].Trim().Length == 0, $"Expected only words of the notation, got '{text[end..match.Index]}' in: {text}");
            _tokens.Add(match.Value);
            end = match.Index + match.Length;
        }

        Assert.True(text[end..].Trim().Length == 0, $"Expected only words of the notation in: {text}");
    }

    internal bool IsAtEnd => _next == _tokens.Count;

    internal string Peek => _next < _tokens.Count ? _tokens[_next] : string.Empty;

    internal string Take() => _next < _tokens.Count ? _tokens[_next++] : throw new FormatException($"Expected more in: {_text}");

    internal bool TryTake(string token)
    {
        if (Peek != token)
        {
            return false;
        }

        _next++;
        return true;
    }

    internal void Require(string token) => Assert.True(TryTake(token), $"Expected '{token}', got '{Peek}' in: {_text}");

    internal FormatException Fault(string text) => new($"{text} in: {_text}");

    [GeneratedRegex(@"""[^""]*""|\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\.\.|==|!=|<=|>=|[-+*/<>=()\[\],;?]")]
    private static partial Regex Token();
}
