using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Holds the numbers of docs/reference/strategies/quorum.md, which are those of the default options, and the JSON form of a quorum's record.</summary>
public sealed class QuorumPageTests
{
    private static readonly QuorumOptions _default = new() { Beacon = new SeededBeacon(7) };
    private static readonly QuorumAssessment _assessment = new QuorumStrategy(_default).Assess().ClosedForms;
    private static readonly QuorumAssessment _waiting = new QuorumStrategy(_default with { WaitsForAll = true }).Assess().ClosedForms;

    [Fact]
    public void A_wrong_answer_is_accepted_as_rarely_as_the_page_says()
    {
        Assert.Equal(0.00089m, _assessment.DecisionError, 5);
        Assert.Equal(0.028m, _assessment.CaptureProbability);
        Assert.Equal(0.0266m, _assessment.CaptureProbability * 0.95m, 4);
        Assert.Equal(0.0268m, _assessment.WinProbability, 4);
        Assert.Equal(0.00095m, _waiting.CaptureProbability * 0.95m, 5);
        Assert.Equal(0.0012m, _waiting.WinProbability, 4);
    }

    [Fact]
    public void Margins_and_thresholds_are_those_of_the_page()
    {
        Assert.Equal((1, 20m), (_assessment.MostTemptingSeats, _assessment.HonestPayoff - _assessment.DishonestPayoff));
        Assert.Equal(211.7m, QuorumIncentives.Margin(_assessment.Economics, 2), 1);
        Assert.Equal(0.0161m, Math.Round(_assessment.LeastEscalationRate!.Value, 4, MidpointRounding.ToPositiveInfinity));
        Assert.Equal(881.1m, _assessment.LeastSlash!.Value, 1);
        Assert.Equal(0.497m, _assessment.BreakingCoalitionShare!.Value, 3);
        Assert.Equal(311.7m, _assessment.CostOfCorruption, 1);
        Assert.Equal(100m, _assessment.ProfitFromCorruption);
        Assert.Equal(12_480m, _assessment.BriberyBudget);
        Assert.Equal(0.00089m, _assessment.FalseConvictionProbability, 5);
        Assert.Equal(2.8m, _assessment.FalseConvictionProbability * 3120, 1);
        Assert.Equal(3.45m, _assessment.ExpectedCost);
        Assert.Equal(102.9m, _waiting.LeastBounty!.Value, 1);
        Assert.True(_waiting.IsHonestyTheOnlyEquilibrium);
        Assert.False(_assessment.IsHonestyTheOnlyEquilibrium);
    }

    [Fact]
    public void The_json_of_a_receipt_says_what_the_receipt_says()
    {
        VerificationStrategy strategy = StrategyRegistry.Get("quorum").Create(true);
        foreach (Receipt receipt in StrategyLaws.Receipts("quorum", true))
        {
            using MemoryStream stream = new();
            ReceiptJson.Write(receipt, stream, strategy);
            using JsonDocument document = JsonDocument.Parse(stream.ToArray());
            JsonElement part = document.RootElement.GetProperty("record");
            Assert.True(QuorumRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out QuorumRecord? record));
            Assert.Equal(record.Secret.ToString(), part.GetProperty("secret").GetString());
            Assert.Equal(record.Beacon?.ToString(), part.GetProperty("beacon").GetString());
            JsonElement[] tasks = [.. part.GetProperty("tasks").EnumerateArray()];
            Assert.Equal(record.Holdings.Select(holding => holding.Record.Outcome.ToString()), tasks.Select(task => task.GetProperty("outcome").GetString()));
            Assert.Equal(record.Holdings.Select(holding => holding.SeatCount), tasks.Select(task => task.GetProperty("seats").GetArrayLength()));
            Assert.Equal(record.Holdings.Length, part.GetProperty("settlement").GetProperty("tasks").GetArrayLength());
        }
    }
}
