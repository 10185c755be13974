using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Feeds sequences of one length to a decoder, step by step, and keeps their keys and values between. Used by one thread.</summary>
/// <remarks>Sequences of other lengths have a run of their own: padding would shift the lanes of sums and the blocks of products, and so change bits.</remarks>
internal sealed class DecoderRun
{
    private static readonly GenerationOptions _noSettings = new(0);

    private readonly CanonicalEngine _engine;
    private readonly DecoderShape _shape;
    private readonly bool _keeps;
    private List<int>[] _tokens;
    private readonly AppendPlan _appends;
    private readonly AppendedTensor?[] _growing;
    private TensorValue[] _caches;
    private NamedTensors _outputs = NamedTensors.Empty;
    private int _past;

    /// <summary>Creates a run of sequences without tokens.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="shape">What the inputs and outputs are for.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="usesCache">Whether keys and values go from step to step.</param>
    /// <param name="copies">Whether they are copied by the model's own graph nodes in every step, which is the plain form.</param>
    internal DecoderRun(CanonicalEngine engine, DecoderShape shape, int batch, bool usesCache, bool copies = false)
    {
        _appends = copies ? AppendPlan.None(shape.Caches.Length) : shape.Appends;
        _growing = new AppendedTensor?[shape.Caches.Length];
        _engine = engine;
        _shape = shape;
        _keeps = usesCache && !shape.Caches.IsEmpty;
        _tokens = [.. Enumerable.Range(0, batch).Select(static _ => new List<int>())];
        _caches = [.. shape.Caches.Select(cache => cache.Empty(batch))];
    }

    /// <summary>Gets the number of tokens of each sequence so far.</summary>
    internal int Length => _tokens[0].Count;

    /// <summary>Gets the number of sequences.</summary>
    internal int Batch => _tokens.Length;

    /// <summary>Gets the number of logits of a sequence.</summary>
    internal int VocabularySize => _shape.VocabularySize;

    /// <summary>Adds tokens to every sequence, the same number to each, and computes the logits behind the last.</summary>
    /// <param name="tokens">The tokens of each sequence.</param>
    /// <param name="observe">Makes who watches the run from its inputs; <see langword="null"/> for nobody.</param>
    /// <param name="cancellationToken">Stops within one operator.</param>
    /// <returns>The logits, sequence after sequence.</returns>
    internal async ValueTask<ReadOnlyMemory<float>> StepAsync(int[][] tokens, Func<NamedTensors, INodeObserver>? observe, CancellationToken cancellationToken)
    {
        int past = _keeps ? Length : 0;
        for (int row = 0; row < Batch; row++)
        {
            _tokens[row].AddRange(tokens[row]);
        }

        bool grows = past > 0 && Length - past <= AppendPlan.MostNewTokens;
        NamedTensors inputs = Inputs(past);
        INodeObserver? observer = observe?.Invoke(inputs);
        if (Grow(grows && (observer is null || observer.Watched is not null), observer?.Watched))
        {
            inputs = Inputs(past);
        }

        NamedTensors outputs = await _engine.RunCanonicalAsync(inputs, _noSettings, observer, new AppendRun(_appends, _growing, past, Length), cancellationToken).ConfigureAwait(false);
        (_outputs, _past) = (outputs, past);
        for (int i = 0; _keeps && i < _caches.Length; i++)
        {
            // What grows has its rows already, which were looked at when they were written, and its tensor is a shape.
            _caches[i] = _growing[i] is null ? Present(_shape.Caches[i], outputs[_shape.Caches[i].Present], _caches[i]) : outputs[_shape.Caches[i].Present];
        }

        return LastRows(outputs[DecoderShape.LogitsName]);
    }

    /// <summary>Gets the keys and values that the last step has added, in the model's order; those of a model without a cache are none.</summary>
    internal ImmutableArray<KeyValuePair<string, TensorValue>> NewRows() =>
        [.. _shape.Caches.Select((cache, i) => KeyValuePair.Create(cache.Present, _growing[i] is { } tensor ? tensor.Rows(_past) : cache.Tail(_outputs[cache.Present], _past)))];

    /// <summary>Puts the keys and values that a step has added into the model's order.</summary>
    /// <param name="rows">The keys and values by the outputs' names.</param>
    /// <param name="tokens">The number of tokens of the step.</param>
    /// <param name="ordered">The keys and values in the model's order.</param>
    internal bool TryOrder(NamedTensors? rows, int tokens, out ImmutableArray<KeyValuePair<string, TensorValue>> ordered)
    {
        ImmutableArray<KeyValuePair<string, TensorValue>>.Builder builder = ImmutableArray.CreateBuilder<KeyValuePair<string, TensorValue>>();
        bool fits = rows?.Count == _shape.Caches.Length;
        for (int i = 0; fits && i < _caches.Length; i++)
        {
            fits = rows!.TryGetValue(_shape.Caches[i].Present, out TensorValue? added) && _shape.Caches[i].Fits(added, 1, tokens);
            if (fits)
            {
                builder.Add(KeyValuePair.Create(_shape.Caches[i].Present, added!));
            }
        }

        ordered = builder.ToImmutable();
        return fits;
    }

    /// <summary>Begins behind steps that were computed elsewhere.</summary>
    /// <param name="tokens">All tokens that went in.</param>
    /// <param name="steps">The keys and values that each step has added, in the model's order.</param>
    internal void Resume(IEnumerable<int> tokens, IReadOnlyList<ImmutableArray<KeyValuePair<string, TensorValue>>> steps)
    {
        _tokens[0].AddRange(tokens);
        if (_keeps)
        {
            _ = Grow(false, null);
            _caches = [.. _shape.Caches.Select((cache, i) => cache.Join([.. steps.Select(step => EngineInputs.Canonicalize(step[i].Value))]))];
        }
    }

    /// <summary>Lets sequences go.</summary>
    /// <param name="rows">Those that stay, ascending.</param>
    internal void Keep(IReadOnlyList<int> rows)
    {
        if (rows.Count < Batch)
        {
            _ = Grow(false, null);
            _tokens = [.. rows.Select(row => _tokens[row])];
            _caches = _keeps ? [.. _shape.Caches.Select((cache, i) => cache.Keep(_caches[i], rows))] : [.. _shape.Caches.Select(cache => cache.Empty(rows.Count))];
        }
    }

    // Puts keys and values where the next step need not copy them, or back into tensors of their own; tells whether inputs are others now.
    private bool Grow(bool mayGrow, IReadOnlySet<int>? watched)
    {
        bool isChanged = false;
        mayGrow = mayGrow && FitsWithRoom();
        for (int i = 0; i < _growing.Length; i++)
        {
            bool grows = mayGrow && _keeps && _appends.Links[i].MayStay(watched) && AppendedTensor.Fits(_caches[i]);
            if (!grows && _growing[i] is { } tensor)
            {
                _caches[i] = tensor.Rows(0);
                _growing[i] = null;
                isChanged = true;
            }
            else if (grows && _growing[i] is null)
            {
                _growing[i] = new AppendedTensor(_caches[i], _appends.Links[i].IsTransposed);
                _caches[i] = _growing[i]!.ShapeOf(_growing[i]!.Count);
                isChanged = true;
            }
        }

        return isChanged;
    }

    // The tensors take the place of those that a plan counts, and their room comes to it: both within the limit of a run, or they are copied.
    private bool FitsWithRoom()
    {
        Int128 bytes = 0;
        foreach (TensorValue cache in _caches.Where(AppendedTensor.Fits))
        {
            Int128 own = AppendedTensor.BytesOf(cache, Length);
            bytes = own > int.MaxValue ? long.MaxValue : bytes + own;
        }

        return bytes <= _engine.MaxRunBytes / 2;
    }

    private NamedTensors Inputs(int past)
    {
        int count = Length - past;
        var inputs = new List<KeyValuePair<string, TensorValue>> { List(_shape.Tokens, count, (row, i) => _tokens[row][past + i]) };
        if (_shape.Mask is { } mask)
        {
            inputs.Add(List(mask, Length, static (_, _) => 1));
        }

        if (_shape.Positions is { } positions)
        {
            inputs.Add(List(positions, count, (_, i) => past + i));
        }

        inputs.AddRange(_shape.Caches.Select((cache, i) => KeyValuePair.Create(cache.Past, _caches[i])));
        return new NamedTensors(inputs);
    }

    private KeyValuePair<string, TensorValue> List(GraphValue input, int count, Func<int, int, long> element)
    {
        long[] elements = new long[Batch * count];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = element(i / count, i % count);
        }

        return KeyValuePair.Create(input.Name, input.Type == ElementType.Int64
            ? TensorValue.Create(elements, Batch, count)
            : TensorValue.Create(Array.ConvertAll(elements, static value => (int)value), Batch, count));
    }

    private TensorValue Present(DecoderCache cache, TensorValue present, TensorValue past)
    {
        return cache.Fits(present, Batch, Length) && (cache.IsAppended || cache.StartsWith(present, past))
            ? present
            : throw new InvalidOperationException(
                $"Expected the output '{cache.Present}' of {Length} tokens for {Batch} sequences, what went in and the new tokens behind it, got {present}{(cache.Fits(present, Batch, Length) ? " that begins otherwise" : string.Empty)}.");
    }

    private ReadOnlyMemory<float> LastRows(TensorValue logits)
    {
        if (logits.Shape.Rank != 3 || logits.Shape[0] != Batch || logits.Shape[1] < 1 || logits.Shape[2] != VocabularySize)
        {
            throw new InvalidOperationException($"Expected logits of shape [{Batch}, tokens, {VocabularySize}], got {logits.Shape}.");
        }

        float[] rows = new float[Batch * VocabularySize];
        ReadOnlySpan<float> all = MemoryMarshal.Cast<byte, float>(logits.Bytes.Span);
        int tokens = (int)logits.Shape[1];
        for (int row = 0; row < Batch; row++)
        {
            all.Slice(((row * tokens) + tokens - 1) * VocabularySize, VocabularySize).CopyTo(rows.AsSpan(row * VocabularySize));
        }

        return rows;
    }
}
