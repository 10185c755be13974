using System.Globalization;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.SideBySide;

// Compares the canonical engine with ONNX Runtime on the same model files and threads: --json prints one object a line, otherwise a table.
if (args is [ChildProcess.Argument, string engine, string folder, string threads])
{
    return ChildProcess.Run(engine, folder, int.Parse(threads, CultureInfo.InvariantCulture));
}

bool isJson = args.Contains("--json");
bool isQuick = args.Contains("--quick");
int only = Array.IndexOf(args, "--only");
string? name = only >= 0 && only + 1 < args.Length ? args[only + 1] : null;
Work[] works = [.. Works.All.Where(work => name is null || work.Name == name)];
if (works.Length == 0)
{
    works = [.. Works.All.Where(work => work.Name.StartsWith(name + "-", StringComparison.Ordinal))];
}

if ((only >= 0 && works.Length == 0) || args.Length != (isJson ? 1 : 0) + (isQuick ? 1 : 0) + (only >= 0 ? 2 : 0))
{
    Console.Error.WriteLine("usage: [--json] [--quick] [--only NAME], where NAME is one of these, or what several of them begin with before a hyphen:");
    Console.Error.WriteLine("  " + string.Join(' ', Works.All.Select(work => work.Name)));
    return 2;
}

if (!OnnxRuntimeLibrary.IsPresent)
{
    Console.Error.WriteLine($"Nothing was measured. {OnnxRuntimeLibrary.HowToEnable}");
    return 0;
}

if (!isJson)
{
    Console.WriteLine($"{works.Length} rows, ours against ONNX Runtime {OnnxRuntimeLibrary.Default.Version}; least of several rounds; ratio = peer's cost ÷ ours, higher is better.");
    Console.WriteLine(Row.Heading);
}

int faults = 0;
foreach (Work work in works)
{
    try
    {
        Row row = work.Measure(isQuick ? Pace.Quick : Pace.Full);
        Console.WriteLine(isJson ? row.ToJson() : row.ToLine());
    }
    catch (Exception exception) when (exception is InvalidOperationException or Verifiable.Inference.Onnx.Format.ModelRefusedException)
    {
        faults++;
        Console.Error.WriteLine($"{work.Name}: {exception.Message}");
    }
}

return faults == 0 ? 0 : 1;
