using Verifiable.Inference.DisputeSpeed;
using Verifiable.Inference.Networks;

// Prints what disputes cost. --json: one object a line; --only NAME: one network. The weights come from a seed.
bool isJson = args.Contains("--json");
int at = Array.IndexOf(args, "--only");
string? only = at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
foreach ((string name, Func<Network> make) in ((string, Func<Network>)[])[("resnet50", () => ResidualNetworks.ResNet50()), ("mobilenetv2", () => MobileNetworks.MobileNetV2())])
{
    if (only is null || only == name)
    {
        foreach (Row row in await new PlayedDispute(name, make()).MeasureAsync().ConfigureAwait(false))
        {
            Console.WriteLine(isJson ? row.ToJson() : row.ToLine());
        }
    }
}
