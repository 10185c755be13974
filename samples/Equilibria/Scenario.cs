using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>The numbers of one scenario; amounts are in ledger units.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    public long HonestCost { get; init; } = 100;

    public long SubstituteCost { get; init; }

    public long Reward { get; init; } = 120;

    public long Slash { get; init; } = 3000;

    public long Bounty { get; init; } = 300;

    public decimal AuditRate { get; init; } = 0.1m;

    public long VoterSeats { get; init; } = 5;

    public long QuorumSeats { get; init; } = 3;

    public decimal EscalationRate { get; init; } = 0.05m;

    public decimal CoalitionShare { get; init; } = 0.1m;

    /// <summary>How many cheats the comparison told, of how many that it was tried on.</summary>
    public (long Times, long Tries) CheatsConvicted { get; init; } = (1, 1);

    /// <summary>How many honest answers it called wrong, of how many.</summary>
    public (long Times, long Tries) HonestConvicted { get; init; } = (0, 1);

    public long Checkers { get; init; } = 5;

    public long CheckCost { get; init; } = 100;

    public decimal Detection => CheatsConvicted.Tries > 1 ? (decimal)CheatsConvicted.Times / CheatsConvicted.Tries : 1m;

    public decimal FalseConviction => HonestConvicted.Tries > 1 ? (decimal)HonestConvicted.Times / HonestConvicted.Tries : 0m;

    /// <summary>What the measurements allow: each interval holds with 97.5 %, so both with 95 %.</summary>
    public AdviceOptions Box(AdviceModel model)
    {
        AdviceOptions options = new();
        options = CheatsConvicted.Tries > 1 && Has("δ") ? options.With("δ", AdviceRange.Measured(CheatsConvicted.Times, CheatsConvicted.Tries, 0.975m)) : options;
        return HonestConvicted.Tries > 1 && Has("φ") ? options.With("φ", AdviceRange.Measured(HonestConvicted.Times, HonestConvicted.Tries, 0.975m)) : options;

        bool Has(string symbol) => model.Parameters.Any(parameter => parameter.Symbol == symbol);
    }

    public static string Short(Rational? value)
    {
        if (value is not { } number)
        {
            return "none";
        }

        string text = number.ToDecimalText(6);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
