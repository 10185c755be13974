using Verifiable.Inference.LedgerSpeed;

// Prints how fast the ledger is: --json for one object a line; a folder as the other argument says on which disk (default: the system's folder for temporary files).
bool isJson = args.Contains("--json");
string parent = args.FirstOrDefault(static argument => argument != "--json") ?? Path.GetTempPath();
string folder = Path.Combine(parent, $"vinf-ledger-speed-{Environment.ProcessId}");
Directory.CreateDirectory(folder);
try
{
    foreach (Func<Row> measure in (Func<Row>[])[Measures.PlainState, Measures.Books, Measures.InMemory, () => Measures.Fsync(folder), () => Measures.Durable(folder), () => Measures.Replay(folder)])
    {
        Row row = measure();
        Console.WriteLine(isJson ? row.ToJson() : row.ToLine());
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}
