namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Merges the tokens of a piece by ranked pairs (R. Sennrich, B. Haddow, A. Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016): always the pair
/// of the lowest rank, the leftmost one first. Takes n·log n time for n bytes. Used by one thread.</summary>
internal sealed class PairMerger(IReadOnlyDictionary<(int Left, int Right), (int Rank, int Token)> merges)
{
    private readonly PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> _queue = new();
    private int[] _tokens = [];
    private int[] _next = [];
    private int[] _previous = [];

    /// <summary>Merges tokens and adds what is left to a list.</summary>
    internal void Merge(ReadOnlySpan<int> tokens, List<int> merged)
    {
        if (tokens.IsEmpty)
        {
            return;
        }

        _tokens = tokens.ToArray();
        _next = [.. Enumerable.Range(1, tokens.Length)];
        _previous = [.. Enumerable.Range(-1, tokens.Length)];
        for (int i = 0; i + 1 < tokens.Length; i++)
        {
            Propose(i);
        }

        while (_queue.TryDequeue(out (int At, int Left, int Right) pair, out _))
        {
            int right = _tokens[pair.At] == pair.Left ? _next[pair.At] : _tokens.Length;
            if (right >= _tokens.Length || _tokens[right] != pair.Right)
            {
                // One of the two has been merged since.
                continue;
            }

            _tokens[pair.At] = merges[(pair.Left, pair.Right)].Token;
            _tokens[right] = -1;
            _next[pair.At] = _next[right];
            if (_next[right] < _tokens.Length)
            {
                _previous[_next[right]] = pair.At;
                Propose(pair.At);
            }

            if (_previous[pair.At] >= 0)
            {
                Propose(_previous[pair.At]);
            }
        }

        for (int i = 0; i < _tokens.Length; i = _next[i])
        {
            merged.Add(_tokens[i]);
        }
    }

    private void Propose(int at)
    {
        if (merges.TryGetValue((_tokens[at], _tokens[_next[at]]), out (int Rank, int Token) merge))
        {
            _queue.Enqueue((at, _tokens[at], _tokens[_next[at]]), (merge.Rank, at));
        }
    }
}
