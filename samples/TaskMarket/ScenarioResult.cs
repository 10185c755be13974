using System.Globalization;
using System.Text;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>What came of a scenario: a few lines of text, which is how its journal keeps it.</summary>
internal sealed record ScenarioResult
{
    public required string Strategy { get; init; }

    public required bool IsSafe { get; init; }

    public required int Tasks { get; init; }

    public required int Final { get; init; }

    public required int Wrong { get; init; }

    public required int WrongVerified { get; init; }

    public required int Verified { get; init; }

    public required int Computations { get; init; }

    public required long Spent { get; init; }

    public required long Burnt { get; init; }

    public required bool IsCalledSafe { get; init; }

    public required IReadOnlyList<Earner> Earners { get; init; }

    /// <summary>Gets the times from posting to the end in milliseconds, at every hundredth of the tasks.</summary>
    public required IReadOnlyList<long> Finality { get; init; }

    public required string LedgerHash { get; init; }

    public string Name => $"{Strategy}, {(IsSafe ? "safe" : "unsafe")} terms";

    public double CostPerInference => Computations / (double)Tasks;

    public double MoneyPerInference => Spent / (double)Tasks;

    public Earner Of(Role role) => Earners.First(earner => earner.Role == role);

    /// <summary>Gets what is left to the cheats of each task.</summary>
    public double CheatsProfit => Earners.Where(earner => Cast.IsCheat(earner.Role)).Sum(earner => earner.Earned - earner.Cost)
        / (double)Math.Max(1, Earners.Where(earner => Cast.IsCheat(earner.Role)).Sum(earner => earner.Accepted));

    public byte[] ToBytes()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Strategy}\t{IsSafe}\t{Tasks}\t{Final}\t{Wrong}\t{WrongVerified}\t{Verified}\t{Computations}\t{Spent}\t{Burnt}\t{IsCalledSafe}\t{LedgerHash}\n");
        text.Append(string.Join('\t', Finality.Select(static time => time.ToString(CultureInfo.InvariantCulture)))).Append('\n');
        foreach (Earner earner in Earners)
        {
            text.Append(CultureInfo.InvariantCulture, $"{earner.Role}\t{earner.Providers}\t{earner.Accepted}\t{earner.Convicted}\t{earner.Earned}\t{earner.Cost}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static ScenarioResult FromBytes(ReadOnlySpan<byte> bytes)
    {
        string[] lines = Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split('\n');
        string[] head = lines[0].Split('\t');
        return new ScenarioResult
        {
            Strategy = head[0],
            IsSafe = bool.Parse(head[1]),
            Tasks = (int)Number(head[2]),
            Final = (int)Number(head[3]),
            Wrong = (int)Number(head[4]),
            WrongVerified = (int)Number(head[5]),
            Verified = (int)Number(head[6]),
            Computations = (int)Number(head[7]),
            Spent = Number(head[8]),
            Burnt = Number(head[9]),
            IsCalledSafe = bool.Parse(head[10]),
            LedgerHash = head[11],
            Finality = [.. lines[1].Split('\t').Select(Number)],
            Earners = [.. lines[2..].Select(static line => line.Split('\t')).Select(static cells =>
                new Earner(Enum.Parse<Role>(cells[0]), (int)Number(cells[1]), (int)Number(cells[2]), (int)Number(cells[3]), Number(cells[4]), Number(cells[5])))],
        };
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
