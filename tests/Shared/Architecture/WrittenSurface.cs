using System.Reflection;

namespace Verifiable.Inference.Architecture;

/// <summary>Compares an assembly's public surface with the reviewed text file of its test project.</summary>
internal static class WrittenSurface
{
    /// <summary>Asserts that the surface is the one written down; or writes it down, where UPDATE_PUBLIC_API names the folder with the test projects.</summary>
    public static void Check(Assembly assembly, string testProject)
    {
        string actual = PublicSurface.Of(assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, testProject, "PublicApi.txt"), actual);
            return;
        }

        string path = Path.Combine(AppContext.BaseDirectory, "PublicApi.txt");
        string[] written = File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n');
        string[] real = actual.Split('\n');
        string[] changes = [.. written.Except(real).Select(line => "- " + line), .. real.Except(written).Select(line => "+ " + line)];
        Assert.True(
            written.SequenceEqual(real),
            $"The public surface of {assembly.GetName().Name} changed; CONTRIBUTING.md, 'Public surface', says how to write it down.\n{string.Join('\n', changes)}");
    }
}
