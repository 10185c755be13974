using System.Collections.Immutable;
using System.Security.Cryptography;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Samples.Shakespeare;
using Verifiable.Inference.Strategies;

// Writes text from a seed, the same bytes on every machine; then buys the same text from providers, one of which runs a cheaper model.
if (Arguments.Parse(args) is not { } asked)
{
    Console.Error.WriteLine("usage: [--seed N] [--length N, 1 to 200] [--prompt TEXT, 1 to 40 characters]");
    return 2;
}

string models = Path.Combine(AppContext.BaseDirectory, "models");
if (!BytePairTokenizer.TryRead(File.ReadAllBytes(Path.Combine(models, "shakespeare.tokenizer.json")), out BytePairTokenizer? tokenizer, out string? fault))
{
    Console.Error.WriteLine(fault);
    return 1;
}

if (!tokenizer.TryEncode(asked.Prompt, out int[]? prompt))
{
    Console.Error.WriteLine("The prompt has characters that the model does not know.");
    return 2;
}

OnnxModel model = OnnxModel.Load(Path.Combine(models, "shakespeare.onnx"));
var decoder = DecoderModel.Create(model);
DecodingOptions options = new() { Temperature = 0.8, TopK = 20, MaxNewTokens = asked.Length };
GenerationRequest request = new([.. prompt], options.ToGenerationOptions(asked.Seed));

Console.Write(asked.Prompt);
TokenTextReader reader = new(tokenizer.Vocabulary);
List<int> written = [];
await foreach (GeneratedToken token in decoder.GenerateAsync(request))
{
    written.Add(token.Id);
    Console.Write(reader.Append(token.Id));
}

Console.WriteLine(reader.Flush());
Console.WriteLine($"sha256 {Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(tokenizer.Decode([.. written]))))}");

// Without keys and values of earlier steps every step reads the whole text again: some characters will do.
int some = Math.Min(asked.Length, 40);
GenerationRequest shorter = request with { Options = (options with { MaxNewTokens = some }).ToGenerationOptions(asked.Seed) };
var uncached = DecoderModel.Create(model, new DecoderOptions { UsesCache = false });
ImmutableArray<int> again = (await uncached.GenerateBatchAsync([shorter]))[0].Tokens;
Console.WriteLine($"without a cache: {(again.SequenceEqual(written.Take(some)) ? "the same" : "DIFFERENT")}");

// Of another length, and with another seed.
GenerationRequest other = shorter with { Prompt = [.. prompt, .. prompt] };
GenerationRequest third = shorter with { Options = (options with { MaxNewTokens = some }).ToGenerationOptions(asked.Seed ^ 1) };
again = (await decoder.GenerateBatchAsync([third, other, shorter]))[2].Tokens;
Console.WriteLine($"in a batch: {(again.SequenceEqual(written.Take(some)) ? "the same" : "DIFFERENT")}");

GenerationEngine honest = new(decoder, tokenizer.Vocabulary);
GenerationEngine cheaper = new(DecoderModel.Create(OnnxModel.Load(Path.Combine(models, "shakespeare-small.onnx"))), tokenizer.Vocabulary);
GenerationRequest bought = request with { Options = (options with { MaxNewTokens = Math.Min(asked.Length, 24) }).ToGenerationOptions(asked.Seed) };
foreach ((string name, IInferenceEngine first) in new (string, IInferenceEngine)[] { ("honest", honest), ("with the cheaper model", new DisguisedEngine(honest.Description, cheaper)) })
{
    Market market;
    (VerificationOutcome Outcome, bool IsCaught)? answer;
    do
    {
        market = new Market(honest, first);
        answer = market.AskFirst(bought);
    }
    while (answer is null);

    (VerificationOutcome outcome, bool isCaught) = answer.Value;
    bool isSame = outcome.Output is { } output && GenerationEngine.TokensOf(output).SequenceEqual(written.Take(24));
    Console.WriteLine($"a provider {name}: {outcome.Verdict.Kind}, {(isCaught ? "slashed" : "not slashed")}; the text to use is {(isSame ? "the same" : "DIFFERENT")}; the receipt {(market.Holds(outcome) ? "holds" : "DOES NOT HOLD")}");
}

return 0;
