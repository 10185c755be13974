using System.IO.Compression;
using System.Xml.Linq;

namespace Verifiable.Inference.Packages.Tests;

/// <summary>What users get: the packages themselves, and the README's first program built against them.</summary>
public sealed class PackageTests(PackedLibraries packages) : IClassFixture<PackedLibraries>
{
    public static TheoryData<string> Names => [.. PackedLibraries.Names];

    [Fact]
    public void The_program_in_the_readme_runs_against_the_packages()
    {
        using ScratchFolder scratch = new();

        string printed = BuildAndRun(scratch, Repository.Blocks("README.md", "csharp")[0]);

        Assert.Equal(Repository.Blocks("README.md", "text")[0], printed.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_tutorial_continues_the_program_in_the_readme()
    {
        using ScratchFolder scratch = new();

        string printed = BuildAndRun(scratch, Repository.Blocks("README.md", "csharp")[0] + string.Concat(Repository.Blocks("docs/tutorial.md", "csharp")));

        Assert.Contains("Proven    settlement: ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("Refuted", printed, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_holds_the_assembly_its_documentation_and_the_readme(string name)
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PathOf(name, "nupkg"));
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Contains($"lib/net10.0/{name}.dll", files);
        Assert.Contains($"lib/net10.0/{name}.xml", files);
        Assert.Contains("README.md", files);
        Assert.Contains("CHANGELOG.md", files);
        Assert.Contains("LICENSE", files);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_says_whose_it_is_and_under_which_licence(string name)
    {
        XElement metadata = Metadata(name);
        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.Equal("Verifiable.Inference contributors", Value(metadata, "authors"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.NotEmpty(Value(metadata, "description"));
        Assert.NotEmpty(Value(metadata, "tags"));
    }

    [Theory]
    [InlineData("Verifiable.Inference", "System.Numerics.Tensors")]
    [InlineData("Verifiable.Inference.Onnx", "System.Numerics.Tensors", "Verifiable.Inference")]
    [InlineData("Verifiable.Inference.Keys", "System.Numerics.Tensors", "Verifiable.Inference")]
    public void A_package_depends_on_what_its_decision_record_names_and_nothing_else(string name, params string[] expected) => Assert.Equal(
        expected, Metadata(name).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_has_no_native_code(string name)
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PathOf(name, "nupkg"));
        Assert.DoesNotContain(package.Entries, static entry =>
            entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal) || entry.FullName.EndsWith(".so", StringComparison.Ordinal) || entry.FullName.EndsWith(".dylib", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Symbols_come_in_a_package_of_their_own(string name)
    {
        using ZipArchive symbols = ZipFile.OpenRead(packages.PathOf(name, "snupkg"));
        Assert.Contains($"lib/net10.0/{name}.pdb", symbols.Entries.Select(entry => entry.FullName));
    }

    private string BuildAndRun(ScratchFolder scratch, string program)
    {
        scratch.Write("Directory.Build.props", "<Project />\n");
        scratch.Write("Directory.Build.targets", "<Project />\n");
        scratch.Write("Directory.Packages.props", "<Project />\n");
        scratch.Write("nuget.config", NuGetConfig(packages.Feed));
        scratch.Write("Scratch.csproj", Project(packages.Version));
        scratch.Write("Program.cs", program);
        scratch.CopyFromRepository("models/digits.onnx");
        scratch.CopyFromRepository("samples/data/digits-heldout.csv");
        _ = ScratchFolder.RunDotnet(scratch.Path, "build", "-c", "Release", "-nologo", "-warnaserror");
        return ScratchFolder.RunDotnet(scratch.Path, "run", "-c", "Release", "--no-build");
    }

    private XElement Metadata(string name)
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PathOf(name, "nupkg"));
        using Stream specification = package.GetEntry($"{name}.nuspec")!.Open();
        return XDocument.Load(specification).Root!;
    }

    private static string Value(XElement metadata, string name) => metadata.Descendants().Single(element => element.Name.LocalName == name).Value;

    // The packages under test come from the folder, and what they depend on is in the cache, put there by this project's own restore: no registry is asked.
    private static string NuGetConfig(string feed) => $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="folder" value="{feed}" />
          </packageSources>
        </configuration>
        """;

    private static string Project(string version) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <NuGetAudit>false</NuGetAudit>
            <UseAppHost>false</UseAppHost>
            <UseSharedCompilation>false</UseSharedCompilation>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Verifiable.Inference.Onnx" Version="[{version}]" />
            <PackageReference Include="Verifiable.Inference.Keys" Version="[{version}]" />
          </ItemGroup>
          <ItemGroup>
            <Using Include="Verifiable.Inference.Claims" />
            <Using Include="Verifiable.Inference.Commitments" />
          </ItemGroup>
        </Project>
        """;
}
