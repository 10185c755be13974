using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.GameCases;

/// <summary>Reads a table of sums and products over named numbers, as <c>a=1, b=2: [[a-b/2, 3], [0, a*b]]</c>, exactly.</summary>
internal sealed class FormulaTable
{
    private const int DeepestNesting = 64;
    private readonly string _text;
    private readonly Dictionary<string, Rational> _names = new(StringComparer.Ordinal);
    private int _position;
    private int _depth;

    private FormulaTable(string text) => _text = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));

    internal static ImmutableArray<ImmutableArray<Rational>> Read(string text) => new FormulaTable(text).ReadAll();

    private ImmutableArray<ImmutableArray<Rational>> ReadAll()
    {
        while (Peek() != '[')
        {
            string name = ReadName();
            Expect('=');
            _names[name] = ReadSum();
            if (!TryTake(','))
            {
                Expect(':');
            }
        }

        ImmutableArray<ImmutableArray<Rational>> rows = ReadList(() => ReadList(ReadSum));
        return _position == _text.Length ? rows : throw Unexpected();
    }

    private ImmutableArray<T> ReadList<T>(Func<T> read)
    {
        Expect('[');
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        do
        {
            items.Add(read());
        }
        while (TryTake(','));
        Expect(']');
        return items.ToImmutable();
    }

    private Rational ReadSum()
    {
        Rational sum = ReadProduct();
        while (Peek() is '+' or '-')
        {
            sum = _text[_position++] == '+' ? sum + ReadProduct() : sum - ReadProduct();
        }

        return sum;
    }

    private Rational ReadProduct()
    {
        Rational product = ReadFactor();
        while (Peek() is '*' or '/')
        {
            product = _text[_position++] == '*' ? product * ReadFactor() : product / ReadFactor();
        }

        return product;
    }

    private Rational ReadFactor()
    {
        if (++_depth > DeepestNesting)
        {
            throw Unexpected();
        }

        try
        {
            if (TryTake('-'))
            {
                return -ReadFactor();
            }

            if (TryTake('('))
            {
                Rational inner = ReadSum();
                Expect(')');
                return inner;
            }

            if (char.IsAsciiLetter(Peek()))
            {
                return _names.TryGetValue(ReadName(), out Rational value) ? value : throw Unexpected();
            }

            int start = _position;
            while (char.IsAsciiDigit(Peek()) || Peek() == '.')
            {
                _position++;
            }

            return Rational.Parse(_text.AsSpan(start, _position - start));
        }
        finally
        {
            _depth--;
        }
    }

    private string ReadName()
    {
        int start = _position;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() == '_')
        {
            _position++;
        }

        return _position > start ? _text[start.._position] : throw Unexpected();
    }

    private char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private bool TryTake(char letter)
    {
        bool isThere = Peek() == letter;
        _position += isThere ? 1 : 0;
        return isThere;
    }

    private void Expect(char letter)
    {
        if (!TryTake(letter))
        {
            throw Unexpected();
        }
    }

    private FormatException Unexpected() => new($"Expected a table of formulas, got something else at {_position}.");
}
