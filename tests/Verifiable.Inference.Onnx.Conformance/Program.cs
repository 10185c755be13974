using Verifiable.Inference.Onnx.Conformance;

// Runs ONNX's own cases through the canonical engine: one line a case, and totals.
bool isLight = args is ["--light", ..];
string? directory = args.Skip(isLight ? 1 : 0).FirstOrDefault() ?? (isLight ? ConformanceFolders.LightModels : ConformanceFolders.NodeCases);
if (args.Length > (isLight ? 2 : 1) || (directory is not null && directory.StartsWith('-')))
{
    Console.Error.WriteLine("usage: [--light] [<directory>]");
    return 2;
}

if (!Directory.Exists(directory))
{
    Console.Error.WriteLine(directory is null ? ConformanceFolders.HowToEnable : $"There is no folder '{directory}'.");
    return 2;
}

List<ConformanceResult> results = [];
foreach (string path in isLight ? LightModels.Find(directory) : NodeCases.Find(directory))
{
    ConformanceResult result = isLight ? LightModels.Run(path) : NodeCases.Run(path);
    Console.WriteLine(result);
    results.Add(result);
}

Console.WriteLine(ConformanceResult.Totals(results));
return results.Count == 0 ? 2 : results.Any(result => result.Outcome == ConformanceOutcome.Failed) ? 1 : 0;
