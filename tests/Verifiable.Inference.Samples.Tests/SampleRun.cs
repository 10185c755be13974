using System.Diagnostics;

namespace Verifiable.Inference.Samples.Tests;

/// <summary>One run of a built sample as a child process, of the configuration that the tests are built in.</summary>
public sealed record SampleRun(int ExitCode, string Output, string Errors)
{
    // A hung sample fails its test and not the whole run.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    public IEnumerable<string> Lines => Output.Split('\n');

    public static SampleRun Of(string sample, string workingDirectory, params string[] arguments) => Of(sample, workingDirectory, new Dictionary<string, string>(), arguments);

    public static SampleRun Of(string sample, string workingDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // artifacts/bin/<project>/<configuration>/
        DirectoryInfo here = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(here.Parent!.Parent!.FullName, sample, here.Name, sample + ".dll");
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"Expected {sample} to end within {_limit}.");
        }

        return new SampleRun(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
