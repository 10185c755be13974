using System.Text.Json;
using Verifiable.Inference.GameCases;

// Runs every case of every file under a folder and prints a line a case.
if (args.Length != 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: <directory with games and their known answers>");
    return 2;
}

int passed = 0;
int failed = 0;
int unsupported = 0;
foreach (string path in Directory.EnumerateFiles(args[0], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
{
    string file = Path.GetRelativePath(args[0], path);
    foreach (GameCase gameCase in CasesOf(path, args[0]))
    {
        (GameOutcome outcome, string remark) = Run(gameCase);
        passed += outcome == GameOutcome.Passed ? 1 : 0;
        failed += outcome == GameOutcome.Failed ? 1 : 0;
        unsupported += outcome == GameOutcome.Unsupported ? 1 : 0;
        Console.WriteLine($"{outcome.ToString().ToLowerInvariant(),-11} {file}: {gameCase.Name}{(remark.Length == 0 ? string.Empty : $" ({remark})")}");
    }
}

Console.WriteLine($"{passed} passed, {failed} failed, {unsupported} unsupported");
return failed == 0 ? 0 : 1;

static IReadOnlyList<GameCase> CasesOf(string path, string folder)
{
    try
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        List<GameCase> cases = [.. CaseReaders.All.SelectMany(reader => reader.Read(document.RootElement.Clone(), folder))];
        cases.AddRange(CaseReaders.WithoutReader(document.RootElement, cases));
        return cases.Count > 0 ? cases : [new GameCase("no kind of case that is known", () => (GameOutcome.Unsupported, string.Empty))];
    }
    catch (JsonException exception)
    {
        return [new GameCase("no JSON", () => (GameOutcome.Unsupported, exception.Message))];
    }
}

// The top loop of a command: one case that throws must not hide the others.
static (GameOutcome Outcome, string Remark) Run(GameCase gameCase)
{
    try
    {
        return gameCase.Run();
    }
    catch (Exception exception)
    {
        return (GameOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}");
    }
}
