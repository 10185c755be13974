using Verifiable.Inference.LedgerSpeed;

// Prints how fast the ledger is. --json: one object a line; --only NAME: one row; --folder FOLDER: on which disk (default: the system's folder for temporary files).
bool isJson = args.Contains("--json");
string? only = ValueOf("--only");
string folder = Path.Combine(ValueOf("--folder") ?? Path.GetTempPath(), $"vinf-ledger-speed-{Environment.ProcessId}");
Directory.CreateDirectory(folder);
try
{
    (string Name, Func<Row> Measure)[] rows =
    [
        ("plain-state", Measures.PlainState),
        ("state-machine", Measures.Books),
        ("in-memory", Measures.InMemory),
        ("fsync", () => Measures.Fsync(folder)),
        ("durable", () => Measures.Durable(folder)),
        ("replay", () => Measures.Replay(folder)),
    ];
    foreach ((string name, Func<Row> measure) in rows)
    {
        if (only is null || only == name)
        {
            Row row = measure();
            Console.WriteLine(isJson ? row.ToJson() : row.ToLine());
        }
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

string? ValueOf(string option)
{
    int index = Array.IndexOf(args, option);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}
