using System.Diagnostics;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>Measures a decoder: the time to the first token after a prompt, and the time of each further one.</summary>
internal static class DecoderMeasure
{
    private const int PromptLength = 64;
    private const int NewTokens = 17;

    private static readonly int[] _prompt = [.. Enumerable.Range(0, PromptLength).Select(static i => (i * 7919) % DecoderSizes.Gpt2.Vocabulary)];
    private static readonly DecodingOptions _greedy = new() { Temperature = 0, MaxNewTokens = NewTokens };

    /// <summary>Makes the model with the inputs of its first run.</summary>
    internal static Network Gpt2()
    {
        OnnxModel model = DecoderNetworks.Make(DecoderStyle.Gpt2, DecoderSizes.Gpt2);
        return new Network("gpt2-124m", model, new NamedTensors(Inputs(0, _prompt).Concat(model.Inputs
            .Where(static input => input.Name.StartsWith("past", StringComparison.Ordinal))
            .Select(static input => KeyValuePair.Create(input.Name, Tensor<float>([], 1, DecoderSizes.Gpt2.Heads, 0, DecoderSizes.Gpt2.HeadSize))))));
    }

    /// <summary>Measures ours against the peer, in turns: milliseconds to the first token, or for each further one.</summary>
    internal static Row AgainstPeer(Work work, string folder, Pace pace, string peerName)
    {
        DecoderModel decoder = Load(work, folder);
        using OnnxRuntimeSession session = new(SavedNetwork.ModelPath(folder), new OnnxRuntimeOptions { Threads = work.Threads });
        NamedTensors first = SavedNetwork.ReadInputs(folder);
        (Samples ours, Samples peer) = (new Samples(), new Samples());
        bool isPrefill = work.Kind == WorkKind.Prefill;
        for (int round = -1; round < pace.Rounds; round++)
        {
            double[] our = Ours(decoder, isPrefill ? 1 : NewTokens);
            double[] their = Theirs(session, first, isPrefill ? 1 : NewTokens);
            if (round >= 0)
            {
                Add(ours, our, isPrefill);
                Add(peer, their, isPrefill);
            }
        }

        return new Row(work.Name, work.Threads, "ms", ours, peer, null, peerName);
    }

    /// <summary>Measures what traces cost: milliseconds for a generation from one token, against the same decoder without a trace.</summary>
    internal static Row Traced(Work work, string folder, CutPoints cuts, Pace pace)
    {
        DecoderModel decoder = Load(work, folder);
        TracingGenerationEngine tracing = new(decoder, cuts);
        GenerationEngine plain = new(decoder);
        NamedTensors inputs = GenerationEngine.InputsOf(_prompt[0]);
        GenerationOptions options = _greedy.ToGenerationOptions(0);
        (Samples traced, Samples untraced) = Turns.Measure(
            () => tracing.RunTracedAsync(inputs, options).AsTask().GetAwaiter().GetResult(), () => plain.RunAsync(inputs, options).AsTask().GetAwaiter().GetResult(), pace);
        return new Row(work.Name, work.Threads, "ms", traced, untraced, null, "the same decoder without a trace");
    }

    private static void Add(Samples samples, double[] times, bool isPrefill)
    {
        foreach (double time in isPrefill ? times : times[1..])
        {
            samples.Add(time);
        }
    }

    private static DecoderModel Load(Work work, string folder) => DecoderModel.Create(
        OnnxModel.Load(SavedNetwork.ModelPath(folder), new OnnxReadOptions { MapModelFile = true }), new DecoderOptions { Engine = new CanonicalEngineOptions { Threads = work.Threads } });

    private static double[] Ours(DecoderModel decoder, int count)
    {
        GenerationOptions options = (_greedy with { MaxNewTokens = count }).ToGenerationOptions(0);
        List<double> times = [];
        IAsyncEnumerator<GeneratedToken> tokens = decoder.GenerateAsync(new GenerationRequest([.. _prompt], options)).GetAsyncEnumerator();
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            if (!tokens.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            {
                return [.. times];
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    // The peer's time is that of its runs alone: what this program copies for it does not count.
    private static double[] Theirs(OnnxRuntimeSession session, NamedTensors inputs, int count)
    {
        double[] times = new double[count];
        int length = PromptLength;
        for (int i = 0; i < count; i++)
        {
            using OnnxRuntimeCall call = session.Prepare(inputs);
            long start = Stopwatch.GetTimestamp();
            call.Run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            NamedTensors outputs = call.ReadOutputs();
            ReadOnlySpan<float> logits = outputs["logits"].AsSpan<float>()[^DecoderSizes.Gpt2.Vocabulary..];
            int best = 0;
            for (int token = 1; token < logits.Length; token++)
            {
                best = logits[token] > logits[best] ? token : best;
            }

            inputs = new NamedTensors(Inputs(length, [best]).Concat(outputs.Where(static output => output.Key != "logits")
                .Select(static output => KeyValuePair.Create(output.Key.Replace("present", "past_key_values", StringComparison.Ordinal), output.Value))));
            length++;
        }

        return times;
    }

    private static IEnumerable<KeyValuePair<string, TensorValue>> Inputs(int past, int[] tokens)
    {
        yield return KeyValuePair.Create("input_ids", Tensor([.. tokens.Select(static token => (long)token)], 1, tokens.Length));
        yield return KeyValuePair.Create("attention_mask", Tensor([.. Enumerable.Repeat(1L, past + tokens.Length)], 1, past + tokens.Length));
        yield return KeyValuePair.Create("position_ids", Tensor([.. Enumerable.Range(past, tokens.Length).Select(static place => (long)place)], 1, tokens.Length));
    }

    private static TensorValue Tensor<T>(T[] elements, params ReadOnlySpan<long> lengths)
        where T : unmanaged => TensorValue.Create(elements, lengths);
}
