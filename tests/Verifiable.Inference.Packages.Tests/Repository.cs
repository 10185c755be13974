using System.Diagnostics;
using System.Reflection;

namespace Verifiable.Inference.Packages.Tests;

/// <summary>The working tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!);

    /// <summary>Gets a file's whole path from its path in the repository.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>Gets the blocks of a language in a Markdown file, each ending in a line feed.</summary>
    public static IReadOnlyList<string> Blocks(string document, string language)
    {
        List<string> blocks = [];
        string[] lines = File.ReadAllLines(PathOf(document));
        for (int start = Array.IndexOf(lines, "```" + language) + 1; start > 0; start = Array.IndexOf(lines, "```" + language, start) + 1)
        {
            blocks.Add(string.Join('\n', lines[start..Array.IndexOf(lines, "```", start)]) + "\n");
        }

        Assert.NotEmpty(blocks);
        return blocks;
    }

    /// <summary>Lists the files that belong to the repository: those that git knows, or all but build outputs where there is no git.</summary>
    public static IReadOnlyList<string> Files()
    {
        if (Directory.Exists(PathOf(".git")) || File.Exists(PathOf(".git")))
        {
            ProcessStartInfo start = new("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]) { WorkingDirectory = Root, RedirectStandardOutput = true };
            using Process git = Process.Start(start)!;
            string output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            Assert.Equal(0, git.ExitCode);
            return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(PathOf(file)))];
        }

        string[] outputs = ["artifacts", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts"];
        return [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(outputs.Contains))];
    }
}
