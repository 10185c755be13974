using System.Diagnostics;
using Verifiable.Inference.CanonicalDigest;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>One digest under every instruction set, each in a child process of its own.</summary>
public sealed class InstructionSetTests
{
    private static readonly Lazy<(string Features, string Digest)> _plain = new(() => Run(1));

    // The switch, what must then be printed as missing, and what must be printed only where the plain run has it.
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "avx512=False", "vector512=False")]
    [InlineData("DOTNET_EnableAVX2", "avx2=False", "fma=False")]
    [InlineData("DOTNET_EnableHWIntrinsic", "avx2=False", "vector128=False")]
    public void The_digest_does_not_depend_on_instructions(string name, string off, string alsoOff)
    {
        (string features, string digest) = Run(1, (name, "0"));
        if (System.Runtime.Intrinsics.X86.X86Base.IsSupported)
        {
            Assert.Contains(off, features, StringComparison.Ordinal);
            Assert.Contains(alsoOff, features, StringComparison.Ordinal);
        }

        Assert.Equal(_plain.Value.Digest, digest);
    }

    [Fact]
    public void The_digest_does_not_depend_on_threads() => Assert.Equal(_plain.Value.Digest, Run(2).Digest);

    [Fact]
    public void The_digest_covers_the_shipped_models() => Assert.Contains("models=3", _plain.Value.Features, StringComparison.Ordinal);

    private static (string Features, string Digest) Run(int threads, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is string path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(EngineDigest).Assembly.Location);
        start.ArgumentList.Add(threads.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && lines.Length == 2, error.Result);
        return (lines[0], lines[1]);
    }
}
