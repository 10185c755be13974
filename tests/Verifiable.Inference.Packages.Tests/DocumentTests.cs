using System.Text.RegularExpressions;

namespace Verifiable.Inference.Packages.Tests;

/// <summary>Keeps documents whole: links lead somewhere, and nothing names the machine or the mirror that it was written beside.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] _binary = [".onnx", ".bin", ".gz", ".png"];

    [Fact]
    public void Relative_links_in_documents_lead_to_files_and_headings()
    {
        string[] files = [.. Repository.Files()];
        List<string> broken = [];
        foreach (string document in files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            string folder = Path.GetDirectoryName(document) ?? string.Empty;
            foreach (Match link in Link().Matches(WithoutCode(File.ReadAllText(Repository.PathOf(document)))))
            {
                string target = link.Groups["target"].Value;
                if (!target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal) && !Leads(document, folder, target))
                {
                    broken.Add($"{document}: {target}");
                }
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void No_file_names_a_registry_host_or_a_path_of_the_machine_it_was_written_on()
    {
        List<string> found = [];
        foreach (string file in Repository.Files().Where(static file => !_binary.Contains(Path.GetExtension(file)) && !IsThisFile(file)))
        {
            string[] lines = File.ReadAllLines(Repository.PathOf(file));
            found.AddRange(lines.Select((line, index) => (line, index)).Where(pair => Unwanted().IsMatch(pair.line)).Select(pair => $"{file}:{pair.index + 1}: {pair.line.Trim()}"));
        }

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("see /work/" + "main", true)]
    [InlineData("HOME is /root/" + ".nuget", true)]
    [InlineData("from api.nuget" + ".org", true)]
    [InlineData("the homework/main folder", false)]
    [InlineData("https://example.com/opt/out", false)]
    public void What_counts_as_such_a_name_is_told_apart(string line, bool unwanted) => Assert.Equal(unwanted, Unwanted().IsMatch(line));

    private static bool IsThisFile(string file) => file.EndsWith($"/{nameof(DocumentTests)}.cs", StringComparison.Ordinal);

    private static bool Leads(string document, string folder, string target)
    {
        string[] parts = target.Split('#', 2);
        string file = parts[0].Length == 0 ? document : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Repository.PathOf(Path.Combine(folder, Uri.UnescapeDataString(parts[0])))));
        string path = Repository.PathOf(file);
        return parts.Length == 1 ? File.Exists(path) || Directory.Exists(path) : File.Exists(path) && Headings(path).Contains(parts[1]);
    }

    // The way of most hosts: lower case, punctuation dropped, spaces to hyphens.
    private static IEnumerable<string> Headings(string path) => WithoutCode(File.ReadAllText(path)).Split('\n')
        .Where(static line => line.StartsWith('#'))
#pragma warning disable CA1308 // Anchors are in lower case.
        .Select(static line => Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-'));
#pragma warning restore CA1308

    private static string WithoutCode(string text) => CodeBlock().Replace(text.ReplaceLineEndings("\n"), string.Empty);

    [GeneratedRegex(@"!?\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"(?<![\w.\-/])/(work|root|opt|home|Users)/\.?\w|nuget\.org|nuget\.cdn|registry\.npmjs|pypi\.org|deb\.debian\.org|pkgs\.dev\.azure", RegexOptions.IgnoreCase)]
    private static partial Regex Unwanted();
}
