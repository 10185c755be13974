using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>One choice of a token by the fast form: candidates come from a heap instead of a sorted list, and noise is computed for tokens only that it can make the largest.
/// Used by one thread.</summary>
internal sealed class SamplerRun
{
    // A little more than ln 2: a word that begins with k ones is below 2^32·(1 − 2^−(k+1)), and its noise −log(−log u) is at most (k + 1)·ln 2, because −log(1 − x) ≥ x.
    private const double NoiseOfOneBit = 0.69314719;

    private readonly double[] _scores;
    private readonly DecodingOptions _options;
    private readonly int _largest;

    // A binary heap of tokens, the first candidate on top; what was taken from it stands behind it.
    private readonly int[] _heap;
    private int _count;

    internal SamplerRun(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, DecodingOptions options)
    {
        _options = options;
        _scores = new double[logits.Length];
        for (int i = 0; i < _scores.Length; i++)
        {
            _scores[i] = float.IsNaN(logits[i]) ? double.NegativeInfinity : logits[i];
        }

        if (options.RepetitionPenalty != 1)
        {
            HashSet<int> seen = [];
            foreach (int token in history)
            {
                if (token >= 0 && token < _scores.Length && seen.Add(token))
                {
                    _scores[token] = TokenSampler.Penalize(_scores[token], options.RepetitionPenalty);
                }
            }
        }

        double temperature = options.Temperature == 0 ? 1 : options.Temperature;
        for (int i = 0; i < _scores.Length; i++)
        {
            _scores[i] /= temperature;
            _largest = _scores[i] > _scores[_largest] ? i : _largest;
        }

        _heap = options.TopK > 0 || options.TopP < 1 ? new int[_scores.Length] : [];
    }

    internal int Choose(CounterRandom random, uint position)
    {
        if (_options.Temperature == 0 || double.IsInfinity(_scores[_largest]))
        {
            return _largest;
        }

        bool isOrdered = _heap.Length > 0;
        ReadOnlySpan<int> kept = isOrdered ? TakeCandidates() : [];
        int count = isOrdered ? kept.Length : _scores.Length;
        (int best, double bestScore) = (-1, double.NegativeInfinity);
        Consider(random, position, _largest, ref best, ref bestScore);
        for (int i = 0; i < count; i++)
        {
            int token = isOrdered ? kept[i] : i;
            if (_options.MinP == 0 || Weight(token) >= _options.MinP)
            {
                Consider(random, position, token, ref best, ref bestScore);
            }
        }

        return best;
    }

    private void Consider(CounterRandom random, uint position, int token, ref int best, ref double bestScore)
    {
        uint word = TokenSampler.WordOf(random, token, position);
        if (_scores[token] + ((BitOperations.LeadingZeroCount(~word) + 1) * NoiseOfOneBit) < bestScore)
        {
            return;
        }

        double score = _scores[token] + CounterRandom.Gumbel(word);
        if (score > bestScore || (score == bestScore && token < best))
        {
            (best, bestScore) = (token, score);
        }
    }

    private double Weight(int token) => CanonicalMath.Exp(_scores[token] - _scores[_largest]);

    private ReadOnlySpan<int> TakeCandidates()
    {
        for (int i = 0; i < _scores.Length; i++)
        {
            if (!double.IsNegativeInfinity(_scores[i]))
            {
                _heap[_count++] = i;
            }
        }

        for (int i = (_count / 2) - 1; i >= 0; i--)
        {
            Sink(i);
        }

        int end = _count;
        if (_options.TopK == 0)
        {
            double total = 0;
            for (int i = 0; i < _scores.Length; i++)
            {
                total += double.IsNegativeInfinity(_scores[i]) ? 0 : Weight(i);
            }

            return TakeShare(total, end);
        }

        for (int taken = 0; taken < _options.TopK && _count > 0; taken++)
        {
            TakeFirst();
        }

        int[] ordered = [.. _heap[_count..end].Reverse()];
        if (_options.TopP == 1)
        {
            return ordered;
        }

        double sumOfAll = 0;
        foreach (int token in ordered.Order())
        {
            sumOfAll += Weight(token);
        }

        double sum = 0;
        int length = 0;
        while (length < ordered.Length && sum < _options.TopP * sumOfAll)
        {
            sum += Weight(ordered[length++]);
        }

        return ordered.AsSpan(0, length);
    }

    private ReadOnlySpan<int> TakeShare(double total, int end)
    {
        double sum = 0;
        while (_count > 0 && sum < _options.TopP * total)
        {
            sum += Weight(TakeFirst());
        }

        return _heap.AsSpan(_count, end - _count);
    }

    private int TakeFirst()
    {
        int first = _heap[0];
        _count--;
        (_heap[0], _heap[_count]) = (_heap[_count], first);
        Sink(0);
        return first;
    }

    private void Sink(int at)
    {
        while ((2 * at) + 1 < _count)
        {
            int child = (2 * at) + 1;
            child = child + 1 < _count && IsBefore(_heap[child + 1], _heap[child]) ? child + 1 : child;
            if (!IsBefore(_heap[child], _heap[at]))
            {
                return;
            }

            (_heap[at], _heap[child]) = (_heap[child], _heap[at]);
            at = child;
        }
    }

    private bool IsBefore(int left, int right) => _scores[left] != _scores[right] ? _scores[left] > _scores[right] : left < right;
}
