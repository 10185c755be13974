using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Reads payoff terms and keeps each distinct vector of them once. Not thread-safe.</summary>
internal sealed class PayoffTable(ParameterTable parameters, ConditionPool pool)
{
    private readonly Dictionary<string, PayoffTerm> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<VectorKey<PayoffTerm>, int> _places = [];
    private readonly List<PayoffTerm[]> _vectors = [];

    public IReadOnlyList<PayoffTerm[]> Vectors => _vectors;

    /// <summary>Gives the number of a vector; false when a text is no term.</summary>
    public bool TryIntern(IReadOnlyList<string> texts, out int vector)
    {
        string key = string.Join('\n', texts);
        if (_numbers.TryGetValue(key, out vector))
        {
            return true;
        }

        var terms = new PayoffTerm[texts.Count];
        for (int player = 0; player < terms.Length; player++)
        {
            if (!TryRead(texts[player], out terms[player]))
            {
                vector = -1;
                return false;
            }
        }

        if (!_places.TryGetValue(new VectorKey<PayoffTerm>(terms), out vector))
        {
            vector = _vectors.Count;
            _vectors.Add(terms);
            _places.Add(new VectorKey<PayoffTerm>(terms), vector);
        }

        _numbers.Add(key, vector);
        return true;
    }

    /// <summary>Gives the numbers of a vector where they do not depend on parameters, zero elsewhere.</summary>
    public Rational[] NumbersOf(int vector) => [.. _vectors[vector].Select(term => term.Real.IsConstant && term.Infinitesimal.IsZero ? term.Real.Constant : Rational.Zero)];

    private bool TryRead(string text, out PayoffTerm term)
    {
        if (_terms.TryGetValue(text, out term))
        {
            return true;
        }

        bool read = text.Length <= Rational.GreatestTextLength;
        if (read && Rational.TryParse(text, out Rational number))
        {
            term = PayoffTerm.Of(number);
        }
        else
        {
            read = read && new TermReader(parameters, pool).TryReadTerm(text, out term);
        }

        if (read)
        {
            _terms.Add(text, term);
        }

        return read;
    }
}
