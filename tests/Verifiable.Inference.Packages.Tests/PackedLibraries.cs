using System.Security.Cryptography;
using System.Xml.Linq;

namespace Verifiable.Inference.Packages.Tests;

/// <summary>
/// All libraries, packed once into a folder feed. The version ends in a digest of everything that goes into the packages, so that NuGet's cache can hold no other
/// packages of that version; the packages are removed from that cache at the end.
/// </summary>
public sealed class PackedLibraries : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public PackedLibraries()
    {
        Version = $"{VersionPrefix()}-test.{ContentDigest()}";
        foreach (string name in Names)
        {
            // The outputs go to the scratch folder: the working tree's own are in use by other tests.
            _ = ScratchFolder.RunDotnet(
                Repository.Root, "pack", $"src/{name}/{name}.csproj", "-c", "Release", "-o", Feed, "-nologo",
                $"-p:Version={Version}", $"-p:ArtifactsPath={_folder.PathOf("artifacts")}");
        }
    }

    public static IReadOnlyList<string> Names { get; } = ["Verifiable.Inference", "Verifiable.Inference.Onnx", "Verifiable.Inference.Keys"];

    public string Version { get; }

    public string Feed => _folder.PathOf("feed");

    public string PathOf(string name, string extension) => Path.Combine(Feed, $"{name}.{Version}.{extension}");

    public void Dispose()
    {
        _folder.Dispose();
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string name in Names)
        {
#pragma warning disable CA1308 // NuGet's cache spells names in lower case.
            string cached = Path.Combine(cache, name.ToLowerInvariant(), Version);
#pragma warning restore CA1308
            if (Directory.Exists(cached))
            {
                Directory.Delete(cached, recursive: true);
            }
        }
    }

    private static string VersionPrefix() =>
        XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    private static string ContentDigest()
    {
        string[] parts = [.. Repository.Files()
            .Where(static file => file.StartsWith("src/", StringComparison.Ordinal) || !file.Contains('/', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static file => file + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Repository.PathOf(file)))))];

        // A part of a version that is all digits may not start with 0; a letter in front settles that.
        return "h" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16];
    }
}
