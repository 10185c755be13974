using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Reads arithmetic terms and comparisons over declared parameters: + - * and unary minus, = != &lt; &gt; &lt;= &gt;=, | between comparisons, as CheckMate's files write them
/// (README of apre-group/checkmate, "Input"), and in addition parentheses, division by a number and &amp;. Not thread-safe.
/// </summary>
internal sealed class TermReader(ParameterTable parameters, ConditionPool pool)
{
    private const int GreatestNesting = 64;
    private const int GreatestTerms = 1024;

    private string _text = string.Empty;
    private int _position;
    private int _nesting;

    public bool TryReadTerm(string text, out PayoffTerm term)
    {
        Start(text);
        return TryReadSum(out term) && IsAtEnd();
    }

    /// <summary>Reads a comparison or a disjunction of comparisons as a condition.</summary>
    public bool TryReadCondition(string text, out int condition)
    {
        Start(text);
        return TryReadDisjunction(out condition) && IsAtEnd();
    }

    private void Start(string text)
    {
        _text = text;
        _position = 0;
        _nesting = 0;
    }

    private bool TryReadDisjunction(out int condition)
    {
        condition = ConditionPool.False;
        do
        {
            int conjunction = ConditionPool.True;
            do
            {
                if (!TryReadComparison(out int comparison))
                {
                    return false;
                }

                conjunction = pool.And(conjunction, comparison);
            }
            while (Take("&"));

            condition = pool.Or(condition, conjunction);
        }
        while (Take("|"));

        return true;
    }

    private bool TryReadComparison(out int condition)
    {
        condition = ConditionPool.False;
        int start = _position;
        if (TryReadSum(out PayoffTerm left))
        {
            string? sign = Comparison();
            if (sign is not null)
            {
                if (!TryReadSum(out PayoffTerm right))
                {
                    return false;
                }

                PayoffTerm difference = left - right;
                PayoffTerm opposite = right - left;
                condition = sign switch
                {
                    ">=" => pool.AtLeastZero(difference),
                    "<=" => pool.AtLeastZero(opposite),
                    ">" => pool.AboveZero(difference),
                    "<" => pool.AboveZero(opposite),
                    "=" => pool.And(pool.AtLeastZero(difference), pool.AtLeastZero(opposite)),
                    _ => pool.Or(pool.AboveZero(difference), pool.AboveZero(opposite)),
                };
                return true;
            }
        }

        // A parenthesis may also hold a whole condition.
        _position = start;
        if (_nesting >= GreatestNesting || !Take("("))
        {
            return false;
        }

        _nesting++;
        bool read = TryReadDisjunction(out condition) && Take(")");
        _nesting--;
        return read;
    }

    private string? Comparison() => Array.Find([">=", "<=", "!=", "==", ">", "<", "="], Take) is { } sign ? sign == "==" ? "=" : sign : null;

    private bool TryReadSum(out PayoffTerm sum)
    {
        if (!TryReadProduct(out sum))
        {
            return false;
        }

        while (true)
        {
            bool isMinus = Take("-");
            if (!isMinus && !Take("+"))
            {
                return true;
            }

            if (!TryReadProduct(out PayoffTerm next))
            {
                return false;
            }

            sum = isMinus ? sum - next : sum + next;
            if (sum.Real.Terms.Length > GreatestTerms)
            {
                return false;
            }
        }
    }

    private bool TryReadProduct(out PayoffTerm product)
    {
        if (!TryReadFactor(out product))
        {
            return false;
        }

        while (true)
        {
            bool isQuotient = Take("/");
            if (!isQuotient && !Take("*"))
            {
                return true;
            }

            if (!TryReadFactor(out PayoffTerm factor))
            {
                return false;
            }

            if (isQuotient)
            {
                if (!factor.Real.IsConstant || factor.Real.IsZero || !factor.Infinitesimal.IsZero)
                {
                    return false;
                }

                product = (Rational.One / factor.Real.Constant) * product;
            }
            else
            {
                bool isWithin = PayoffTerm.TryMultiply(product, factor, parameters, out PayoffTerm next) && next.Real.Terms.Length <= GreatestTerms;
                product = next;
                if (!isWithin)
                {
                    return false;
                }
            }
        }
    }

    private bool TryReadFactor(out PayoffTerm factor)
    {
        factor = PayoffTerm.Zero;
        if (_nesting >= GreatestNesting)
        {
            return false;
        }

        _nesting++;
        bool read;
        if (Take("-"))
        {
            read = TryReadFactor(out factor);
            factor = -Rational.One * factor;
        }
        else if (Take("+"))
        {
            read = TryReadFactor(out factor);
        }
        else if (Take("("))
        {
            read = TryReadSum(out factor) && Take(")");
        }
        else
        {
            read = TryReadAtom(out factor);
        }

        _nesting--;
        return read;
    }

    private bool TryReadAtom(out PayoffTerm atom)
    {
        atom = PayoffTerm.Zero;
        int start = _position;
        if (start < _text.Length && (char.IsAsciiDigit(_text[start]) || _text[start] == '.'))
        {
            while (_position < _text.Length && (char.IsAsciiDigit(_text[_position]) || _text[_position] == '.'))
            {
                _position++;
            }

            bool isNumber = Rational.TryParse(_text.AsSpan(start, _position - start), out Rational value);
            atom = PayoffTerm.Of(value);
            return isNumber;
        }

        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || "_@[]:;".Contains(_text[_position], StringComparison.Ordinal)))
        {
            _position++;
        }

        if (!parameters.TryFind(_text[start.._position], out int number))
        {
            return false;
        }

        LinearForm form = LinearForm.Parameter(number);
        atom = parameters.IsInfinitesimal(number) ? new PayoffTerm(LinearForm.Zero, form) : new PayoffTerm(form, LinearForm.Zero);
        return true;
    }

    private bool Take(string token)
    {
        SkipSpace();
        if (string.CompareOrdinal(_text, _position, token, 0, token.Length) != 0)
        {
            return false;
        }

        _position += token.Length;
        SkipSpace();
        return true;
    }

    private bool IsAtEnd()
    {
        SkipSpace();
        return _position == _text.Length;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }
}
