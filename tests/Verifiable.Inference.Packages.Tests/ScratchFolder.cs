using System.Diagnostics;
using System.Text;

namespace Verifiable.Inference.Packages.Tests;

/// <summary>A folder outside the repository, where nothing of its build files applies. Deleted at the end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("verifiable-inference-").FullName;

    public string PathOf(string relative) => System.IO.Path.Combine(Path, relative);

    public void Write(string relative, string content)
    {
        _ = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), content);
    }

    public void CopyFromRepository(string relative)
    {
        _ = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(relative))!);
        File.Copy(Repository.PathOf(relative), PathOf(relative));
    }

    /// <summary>Runs the SDK in a folder and gives what it printed; fails the test with that where it fails.</summary>
    public static string RunDotnet(string folder, params ReadOnlySpan<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", [.. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // A test runs inside an SDK command of its own, whose settings are not the scratch project's; and no build server may outlive the test.
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            _ = start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "true";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "true";
        StringBuilder printed = new();
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        _ = process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        string output = printed.ToString();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}:\n{output}");
        return output;

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (printed)
            {
                _ = line.Data is null ? printed : printed.AppendLine(line.Data);
            }
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
