using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Tests;

/// <summary>What the quickstart promises, seen from outside. It is deterministic: with these seeds and images nothing here is left to chance.</summary>
public sealed class QuickstartTests : IDisposable
{
    // Paths that lead nowhere.
    private static readonly Dictionary<string, string> _noLibraries =
        new() { ["LIBSODIUM_LIBRARY"] = "/nowhere", ["LIBSECP256K1_LIBRARY"] = "/nowhere", ["LIBCRYPTO_LIBRARY"] = "/nowhere" };

    private readonly ScratchFolder _folder = new();

    public static TheoryData<string> Kinds => [.. CheatCatalog.All.Select(static cheat => cheat.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seed_prints_the_same_text_with_the_same_digests()
    {
        SampleRun first = Run("--seed", "1");
        SampleRun second = Run("--seed", "1");
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(first.Output, second.Output);
        Assert.Contains("body digest:", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("  NO ", first.Output, StringComparison.Ordinal);
        SampleRun other = Run("--seed", "2", "--images", "20");
        Assert.NotEqual(DigestLine(Run("--seed", "1", "--images", "20")), DigestLine(other));
    }

    [Fact]
    public void What_is_redirected_has_no_control_characters_and_fits_a_hundred_columns()
    {
        SampleRun run = Run("--images", "60");
        Assert.DoesNotContain(run.Output + run.Errors, static character => char.IsControl(character) && character is not '\n' and not '\r');
        Assert.All(run.Lines, static line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void Nobody_is_slashed_when_all_are_honest()
    {
        SampleRun run = Run("--cheater", "none", "--images", "120");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("(0 convictions", run.Output, StringComparison.Ordinal);
        Assert.Contains("yes  nobody was slashed", run.Output, StringComparison.Ordinal);
        Assert.Contains("yes  honest providers lost nothing", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_cheat_is_caught_or_the_output_says_with_what_probability_it_would_be(string kind)
    {
        SampleRun run = Run("--cheater", kind, "--images", "60");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Contains("yes  honest providers lost nothing", run.Output, StringComparison.Ordinal);
        string[] cheats = [.. run.Lines.SkipWhile(static line => !line.StartsWith("The cheats", StringComparison.Ordinal)).Where(line => line.Contains($"  {kind} ", StringComparison.Ordinal)).Take(4)];
        Assert.Equal(4, cheats.Length);
        foreach (string[] cells in cheats.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            // who, kind, tasks, wrong answers, audited, convicted, ...
            bool isCaught = int.Parse(cells[5]) > 0;
            string? why = run.Lines.FirstOrDefault(line => line.Contains($"{cells[0]} was not convicted:", StringComparison.Ordinal));
            Assert.True(isCaught != (why is not null), string.Join(' ', cells));
            bool isHarmless = CheatCatalog.All.First(cheat => cheat.Name == kind).Detection == CheatDetection.Harmless;
            Assert.True(isCaught || isHarmless || run.Output.Contains("probability", StringComparison.Ordinal), run.Output);
        }
    }

    [Theory]
    [InlineData("p256")]
    [InlineData("ed25519")]
    [InlineData("ethereum")]
    public void Every_kind_of_key_gives_the_same_verdicts_or_says_what_is_missing(string keys)
    {
        foreach (string cheater in new[] { "mix", "malleated-signature" })
        {
            SampleRun run = Run("--keys", keys, "--cheater", cheater, "--images", "60");
            if (run.ExitCode == 2 && keys != "p256")
            {
                Assert.Contains("Install one, or set", run.Errors, StringComparison.Ordinal);
                Assert.Empty(run.Output);
                continue;
            }

            Assert.True(run.ExitCode == 0, run.Output + run.Errors);
            Assert.Contains($"{keys} keys", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("  NO ", run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ethereum")]
    public void Where_no_library_is_there_one_message_says_what_to_install(string keys)
    {
        SampleRun run = SampleRun.Of("Quickstart", _folder.Path, _noLibraries, "--keys", keys);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("neither was found. Install one, or set", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, SampleRun.Of("Quickstart", _folder.Path, _noLibraries, "--images", "5").ExitCode);
    }

    [Theory]
    [InlineData("--cheater", "unheard-of", "cheaper-model")]
    [InlineData("--keys", "rot13", "p256")]
    [InlineData("--images", "0", "1 to 500")]
    [InlineData("--images", "501", "1 to 500")]
    [InlineData("--images", "many", "many")]
    [InlineData("--seed", "-1", "-1")]
    [InlineData("--seed", "one", "one")]
    [InlineData("--sed", "1", "--sed")]
    public void A_wrong_command_line_is_refused_with_what_would_be_right(string option, string value, string expected)
    {
        SampleRun run = Run(option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(string.Empty, run.Output);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void An_unknown_kind_is_answered_with_all_kinds()
    {
        string errors = Run("--cheater", "unheard-of").Errors;
        Assert.All(CheatCatalog.All, cheat => Assert.Contains(cheat.Name, errors, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_names_every_option_and_every_kind()
    {
        SampleRun run = Run("--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All(["--seed", "--cheater", "--keys", "--images", "--out"], option => Assert.Contains(option, run.Output, StringComparison.Ordinal));
        string text = string.Concat(run.Output.Where(static character => !char.IsWhiteSpace(character)));
        Assert.All(CheatCatalog.All, cheat => Assert.Contains(cheat.Name, text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_receipt_stands_where_it_was_asked_for_and_holds_for_a_stranger()
    {
        string output = Path.Combine(_folder.Path, "not", "there", "yet");
        SampleRun run = Run("--images", "60", "--out", output);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, Directory.GetFiles(output).Length);
        byte[] bytes = File.ReadAllBytes(Path.Combine(output, "quickstart-receipt.bin"));
        Assert.True(Canonical.TryRead(bytes, out Receipt? receipt));
        Assert.True(new SamplingStrategy(new SamplingOptions { Beacon = null, AllowsInsecureTerms = true }).Check(receipt).IsValid);
        Assert.Contains(receipt.BodyDigest.ToString(), run.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "quickstart-receipt.json")));
        Assert.Equal(receipt.BodyDigest.ToString(), json.RootElement.GetProperty("bodyDigest").GetString());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        string file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, string.Empty);
        SampleRun run = Run("--images", "1", "--out", file);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--out", run.Errors, StringComparison.Ordinal);
    }

    // Started in a folder of its own, which is not where its models are.
    private SampleRun Run(params string[] arguments) => SampleRun.Of("Quickstart", _folder.Path, arguments);

    private static string DigestLine(SampleRun run) => run.Lines.First(static line => line.Contains("digest of", StringComparison.Ordinal));
}
