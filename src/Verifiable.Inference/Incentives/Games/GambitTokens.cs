using System.Text;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>Cuts Gambit's text formats into quoted texts, braces and words; commas separate. Not thread-safe.</summary>
internal sealed class GambitTokens(string text)
{
    private int _next;

    internal enum Kind
    {
        /// <summary>The text has ended.</summary>
        End = 0,

        /// <summary>A word without quotes: a number or a keyword.</summary>
        Word,

        /// <summary>A quoted text.</summary>
        Quoted,

        /// <summary>An opening brace.</summary>
        Open,

        /// <summary>A closing brace.</summary>
        Close,

        /// <summary>A quote that never closes.</summary>
        Broken,
    }

    internal Kind Current { get; private set; }

    /// <summary>Gets the characters of a word, or of a quoted text without its quotes and escapes.</summary>
    internal string Text { get; private set; } = string.Empty;

    internal int Position { get; private set; }

    internal void Move()
    {
        while (_next < text.Length && (char.IsWhiteSpace(text[_next]) || text[_next] == ','))
        {
            _next++;
        }

        Position = _next;
        Text = string.Empty;
        if (_next == text.Length)
        {
            Current = Kind.End;
        }
        else if (text[_next] is '{' or '}')
        {
            Current = text[_next++] == '{' ? Kind.Open : Kind.Close;
        }
        else if (text[_next] == '"')
        {
            ReadQuoted();
        }
        else
        {
            int start = _next;
            while (_next < text.Length && !char.IsWhiteSpace(text[_next]) && text[_next] is not ('{' or '}' or ',' or '"'))
            {
                _next++;
            }

            Current = Kind.Word;
            Text = text[start.._next];
        }
    }

    private void ReadQuoted()
    {
        var builder = new StringBuilder();
        for (_next++; _next < text.Length; _next++)
        {
            char character = text[_next];
            if (character == '"')
            {
                _next++;
                Current = Kind.Quoted;
                Text = builder.ToString();
                return;
            }

            // Only a quote and a backslash are escaped; any other backslash is itself.
            if (character == '\\' && _next + 1 < text.Length && (text[_next + 1] is '"' or '\\'))
            {
                character = text[++_next];
            }

            _ = builder.Append(character);
        }

        Current = Kind.Broken;
    }
}
