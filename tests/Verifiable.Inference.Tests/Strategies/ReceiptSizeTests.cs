using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

public sealed class ReceiptSizeTests
{
    private const int MostWithoutVotes = 2048;
    private const int MostAVote = 410;

    [Fact]
    public void A_receipt_takes_2_KB_and_a_vote_0_4_KB()
    {
        TestWorld world = new();
        for (int i = 0; i < 16; i++)
        {
            float bias = i < 4 ? 1 : 0;
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new DigitsEngine(bias)], world.ProviderOptions));
        }

        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });
        int votes = 0;
        for (int i = 0; i < 12; i++)
        {
            Receipt receipt = world.Run(strategy, world.Order(i) with { Inputs = NamedTensors.Of("image", TensorValue.Create(new float[64], 1, 1, 8, 8)) }).Receipt!;
            Assert.True(strategy.Check(receipt).IsValid);
            Assert.True(SamplingRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out SamplingRecord? record));
            int seats = record.Seats.Count(seat => seat.Seat.Role == TaskRole.Voter);
            int size = receipt.ToBytes().Length;
            Assert.True(size < MostWithoutVotes + (seats * MostAVote), $"{size} bytes with {seats} votes");
            votes += seats;
        }

        Assert.True(votes > 0);
    }

    // The names and shapes of the digit model's outputs, without the model.
    private sealed class DigitsEngine(float bias) : IInferenceEngine
    {
        public EngineDescription Description { get; } = new(TestWorld.Model, NumericProfile.CanonicalFloat32);

        public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new NamedTensors(
            [
                KeyValuePair.Create("logits", TensorValue.Create(Enumerable.Repeat(bias, 10).ToArray(), 1, 10)),
                KeyValuePair.Create("samples", TensorValue.Create(new int[8], 1, 8)),
            ]));
    }
}
