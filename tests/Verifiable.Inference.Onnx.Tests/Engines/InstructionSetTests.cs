using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.CanonicalDigest;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>One pair of digests under every instruction set, each in a child process of its own.</summary>
public sealed class InstructionSetTests(Xunit.Abstractions.ITestOutputHelper log)
{
    // What the engine gave when this was written. It changes with the cases of OperatorCases, with an operator that is added, and with a new version of the
    // canonical arithmetic, which needs a new number format; a change for any other reason is a fault of the engine.
    private const string Operators = "b00098a28dd1539885c2276b57e5d4c645ae1712c0d5603a3c22ac3d1816efe6";

    // Change with the shipped models only.
    private const string Models = "4d348e05a5a47e3df5ac0d86e1efd300da4aa6b1c55aa5ec8f190194dac122da";

    private const string Decoders = "749f7ca7e87414b5f3e4ddc5344e1c79d566e8c0c5d5a497bd2f13f92036208a";

    // Of operators that came after the first of these was written down.
    private const string Later = "07393e4a01cccd642dd93a36cde1a4d90b53fb9e1ffd1209676f638b0efdec7d";

    // Of the convolutions of ConvolutionCases, with special values; it changes with them alone.
    private const string Convolutions = "b8eae31ce2a515f418589f331ccf881e72618ab45183bf250e722bce52620186";

    private static readonly Lazy<(string Features, string Digest)> _plain = new(() => Run("1"));

    // The switch, what must then be printed as missing, and what must be printed only where the plain run has it.
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "avx512=False", "vector512=False")]
    [InlineData("DOTNET_EnableAVX2", "avx2=False", "fma=False")]
    [InlineData("DOTNET_EnableHWIntrinsic", "avx2=False", "vector128=False")]
    public void The_digest_does_not_depend_on_instructions(string name, string off, string alsoOff)
    {
        (string features, string digest) = Run("1", (name, "0"));
        if (name == "DOTNET_EnableAVX512" && !Avx512F.IsSupported)
        {
            log.WriteLine("This processor has no AVX-512: the plain run is without it too.");
        }

        if (X86Base.IsSupported)
        {
            Assert.Contains(off, features, StringComparison.Ordinal);
            Assert.Contains(alsoOff, features, StringComparison.Ordinal);
        }

        Assert.Equal(_plain.Value.Digest, digest);
    }

    // Runs with a fused multiply-add in vectors of every width that the processor has.
    [Theory]
    [InlineData("128", "width=128")]
    [InlineData("256", "width=256")]
    [InlineData("512", "width=512")]
    public void The_digest_does_not_depend_on_the_vector_width(string bits, string width)
    {
        (string features, string digest) = Run("1", ("DOTNET_PreferredVectorBitWidth", bits));
        bool exists = bits switch { "512" => Avx512F.IsSupported, "256" => Fma.IsSupported, _ => true };
        Assert.True(!exists || features.Contains(width, StringComparison.Ordinal), features);
        Assert.True(!exists || features.Contains(bits == "512" ? " taps=" : " in-place=", StringComparison.Ordinal), features);
        log.WriteLine(exists ? features : $"This processor has no vectors of {bits} bits: checked without them ({features}).");
        Assert.Equal(_plain.Value.Digest, digest);
    }

    [Fact]
    public void The_digests_are_those_that_are_written_down() => Assert.Equal($"operators {Operators} models {Models} later {Later} convolutions {Convolutions} decoders {Decoders}", _plain.Value.Digest);

    // Operators run on threads of their own, which no native code of others can reach.
    [Fact]
    public void A_pool_whose_threads_round_upward_changes_no_bit()
    {
        if (OperatingSystem.IsLinux() && X86Base.X64.IsSupported)
        {
            Assert.Equal("1 products", Assert.Single(Start("rounding")));
        }
    }

    // Tensors stand between pages that nobody may touch: a read or a write beyond one ends the child process.
    [Theory]
    [InlineData("DOTNET_PreferredVectorBitWidth", "512")]
    [InlineData("DOTNET_PreferredVectorBitWidth", "256")]
    [InlineData("DOTNET_PreferredVectorBitWidth", "128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    public void No_operator_touches_memory_beyond_its_tensors(string name, string value)
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.EndsWith(" cases", Assert.Single(Start("guarded", (name, value))), StringComparison.Ordinal);
        }
        else
        {
            log.WriteLine("Pages are guarded on Linux only.");
        }
    }

    [Fact]
    public void The_digest_does_not_depend_on_threads() => Assert.Equal(_plain.Value.Digest, Run("2").Digest);

    [Fact]
    public void The_digest_covers_the_shipped_models() => Assert.Contains("models=3", _plain.Value.Features, StringComparison.Ordinal);

    // Of BitCast and CumProd, which came with operator set 26.
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "1")]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    [InlineData("DOTNET_PreferredVectorBitWidth", "128")]
    public void The_newest_operators_have_the_digest_that_is_written_down(string name, string value) =>
        Assert.Equal("c63dd318dc280389e49405727e09bb3e6f0fe4092d6f15b4280b69169caeac3b", Assert.Single(Start("newest", (name, value))));

    private static (string Features, string Digest) Run(string threads, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        string[] lines = Start(threads, variables);
        Assert.Equal(2, lines.Length);
        return (lines[0], lines[1]);
    }

    private static string[] Start(string argument, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is string path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(EngineDigest).Assembly.Location);
        start.ArgumentList.Add(argument);
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return lines;
    }
}
