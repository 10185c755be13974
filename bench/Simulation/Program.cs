using Verifiable.Inference.SimulationSpeed;

// Measures simulations beside others: --json prints one object a line, otherwise a table.
bool isJson = args.Contains("--json");
int only = Array.IndexOf(args, "--only");
string? name = only >= 0 && only + 1 < args.Length ? args[only + 1] : null;
(string Name, Func<Row> Measure)[] works = [.. Works.All.Where(work => name is null || work.Name.StartsWith(name, StringComparison.Ordinal))];
if (works.Length == 0 || args.Length != (isJson ? 1 : 0) + (only >= 0 ? 2 : 0))
{
    Console.Error.WriteLine("usage: [--json] [--only NAME], where NAME is what a row begins with:");
    Console.Error.WriteLine("  " + string.Join(' ', Works.All.Select(work => work.Name)));
    return 2;
}

if (!isJson)
{
    Console.WriteLine($"{works.Length} rows; NumPy is {(NumpyPeer.IsPresent ? "measured in this run" : "not to be had: its figure is cited")}; ratio = our speed ÷ the peer's, higher is better.");
    Console.WriteLine(Row.Heading);
}

foreach ((_, Func<Row> measure) in works)
{
    Row row = measure();
    Console.WriteLine(isJson ? row.ToJson() : row.ToLine());
}

return 0;
