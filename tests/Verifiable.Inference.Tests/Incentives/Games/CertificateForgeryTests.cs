using System.Text;
using System.Text.Json.Nodes;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Certificates written by hand that state what is not so, or are made to break whoever reads them.</summary>
public sealed class CertificateForgeryTests
{
    [Theory]

    // Every probability is an equilibrium.
    [InlineData("[\"0\",\"0\"]", "[[\"0\",\"0\"],[\"1\",\"1\"]]", "[[\"0\",\"1\"]]", false)]

    // One equilibrium, 1/2: an enclosure across the border of two cells belongs to none, and a second one of the same root is none.
    [InlineData("[\"1\",\"-1\"]", "[[\"2/5\",\"3/5\"],[\"1/8\",\"7/8\"]]", "[[\"0\",\"1/4\"],[\"1/4\",\"1\"]]", false)]
    [InlineData("[\"1\",\"-1\"]", "[[\"1/8\",\"7/8\"],[\"2/5\",\"3/5\"]]", "[]", false)]
    [InlineData("[\"1\",\"-1\"]", "[[\"2/5\",\"3/5\"],[\"2/5\",\"3/5\"]]", "[]", false)]
    [InlineData("[\"1\",\"-1\"]", "[[\"1/8\",\"7/8\"]]", "[[\"0\",\"1/4\"],[\"1/4\",\"1\"]]", false)]

    // The border point itself, once and twice, alone and within an enclosure.
    [InlineData("[\"1\",\"-1\"]", "[[\"1/2\",\"1/2\"]]", "[[\"0\",\"1/2\"],[\"1/2\",\"1\"]]", true)]
    [InlineData("[\"1\",\"-1\"]", "[[\"1/2\",\"1/2\"],[\"1/2\",\"1/2\"]]", "[[\"0\",\"1/2\"],[\"1/2\",\"1\"]]", false)]
    [InlineData("[\"1\",\"-1\"]", "[[\"1/4\",\"3/4\"],[\"1/2\",\"1/2\"]]", "[[\"0\",\"1/2\"],[\"1/2\",\"1\"]]", false)]
    [InlineData("[\"1\",\"-1\"]", "[[\"1/4\",\"3/4\"]]", "[[\"0\",\"1\"]]", true)]
    [InlineData("[\"1\",\"-1\"]", "[[\"1/4\",\"3/4\"]]", "[]", true)]
    public void A_symmetric_certificate_counts_every_equilibrium_once(string differences, string equilibria, string cells, bool isValid) =>
        Assert.Equal(isValid, CertificateVerifier.Verify($$"""{"format":"{{CertificateVerifier.Format}}","kind":"symmetric","differences":{{differences}},"equilibria":{{equilibria}},"cells":{{cells}}}""").IsValid);

    [Fact]
    public void A_profile_or_a_box_that_is_listed_twice_is_refused()
    {
        JsonNode root = JsonNode.Parse(LemkeHowson.FindFrom(new BimatrixGame(2, 2, ExtremeEquilibriaTests.Numbers("4 4 9 -41"), ExtremeEquilibriaTests.Numbers("0 -1 0 9")), 0).ToCertificate())!;
        root["profiles"]!.AsArray().Add(root["profiles"]![0]!.DeepClone());
        Assert.False(CertificateVerifier.Verify(root.ToJsonString()).IsValid);

        JsonNode boxes = JsonNode.Parse(MultiplayerEquilibria.FindAll(SolverTests.Inspection(2)).ToCertificate())!;
        foreach (string part in new[] { "profiles", "boxes" })
        {
            JsonNode copy = boxes.DeepClone();
            if (copy[part]!.AsArray() is { Count: > 0 } list)
            {
                list.Add(list[0]!.DeepClone());
                Assert.False(CertificateVerifier.Verify(copy.ToJsonString()).IsValid, part);
            }
        }
    }

    // Matching pennies: the box around (1/2, 1/2), a smaller one inside it, the same with its supports in another order, and the equilibrium itself beside it.
    [Theory]
    [InlineData("[[0,1],[0,1]]", "[]", false)]
    [InlineData("[[1,0],[0,1]]", "[]", false)]
    [InlineData(null, "[[[\"1/2\",\"1/2\"],[\"1/2\",\"1/2\"]]]", false)]
    [InlineData(null, "[]", true)]
    public void An_equilibrium_is_not_counted_by_two_boxes(string? second, string profiles, bool isValid)
    {
        string Box(string supports, string radius) => $$"""{"supports":{{supports}},"center":["1/2","1/2"],"radius":"{{radius}}","preconditioner":{{(supports.StartsWith("[[1", StringComparison.Ordinal) ? """[["0","1/4"],["-1/4","0"]]""" : """[["0","-1/4"],["1/4","0"]]""")}}}""";
        string boxes = Box("[[0,1],[0,1]]", "1/10") + (second is null ? string.Empty : "," + Box(second, "1/20"));
        string text = $$"""{"format":"{{CertificateVerifier.Format}}","kind":"enclosures","sizes":[2,2],"payoffs":["1","-1","-1","1","-1","1","1","-1"],"profiles":{{profiles}},"boxes":[{{boxes}}],"uncertified":"0"}""";
        Assert.Equal(isValid, CertificateVerifier.Verify(text).IsValid);
    }

    [Fact]
    public void A_game_of_fifty_thousand_players_gets_a_verdict()
    {
        const int Players = 50_000;
        string ones = string.Join(',', Enumerable.Repeat("1", Players - 1));
        string supports = string.Join(',', Enumerable.Repeat("[0]", Players));
        string payoffs = string.Join(',', Enumerable.Repeat("\"0\"", 2 * Players));
        string text = $$"""{"format":"{{CertificateVerifier.Format}}","kind":"enclosures","sizes":[2,{{ones}}],"payoffs":[{{payoffs}}],"profiles":[],"uncertified":"0","boxes":[{"supports":[{{supports}}],"center":[],"radius":"1","preconditioner":[]}]}""";
        Assert.False(CertificateVerifier.Verify(text).IsValid);
    }

    [Theory]
    [InlineData("{\"format\":\"\\ud800\"}")]
    [InlineData("{\"format\":\"#\"}")]
    [InlineData("#")]
    [InlineData("{\"format\":\"a\",\"\\ud800\":1}")]
    [InlineData("{\"format\":\"a\",\"#\":1}")]
    public void Half_a_character_gets_a_verdict(string marked)
    {
        // An attribute cannot hold half of a pair.
        string text = marked.Replace('#', '\ud800');
        Assert.False(CertificateVerifier.Verify(text).IsValid);
        Assert.False(CertificateVerifier.Verify(text.Replace("\"a\"", $"\"{CertificateVerifier.Format}\"", StringComparison.Ordinal)).IsValid);
    }

    // Sums of numbers of a thousand digits with different denominators grow with every term: this one would take hours.
    [Fact]
    public void A_certificate_that_asks_for_too_much_work_gets_a_verdict()
    {
        StringBuilder differences = new();
        for (int place = 0; place < 300; place++)
        {
            _ = differences.Append(place == 0 ? string.Empty : ",").Append("\"1/").Append('1', 1 + place).Append('0', 999 - place).Append("7\"");
        }

        CertificateVerdict verdict = CertificateVerifier.Verify($$"""{"format":"{{CertificateVerifier.Format}}","kind":"symmetric","differences":[{{differences}}],"equilibria":[["1/7","6/7"]],"cells":[]}""", new WorkLimit(200_000));
        Assert.False(verdict.IsValid);
        Assert.Contains("work", verdict.Explanation, StringComparison.Ordinal);
        string plain = $$"""{"format":"{{CertificateVerifier.Format}}","kind":"symmetric","differences":["1","-1"],"equilibria":[["1/4","3/4"]],"cells":[["0","1"]]}""";
        Assert.True(CertificateVerifier.Verify(plain, new WorkLimit(100)).IsValid);
        Assert.False(CertificateVerifier.Verify(plain, new WorkLimit(3)).IsValid);
        Assert.False(CertificateVerifier.Verify(plain, new WorkLimit(100, new CancellationToken(true))).IsValid);
        Assert.False(CertificateVerifier.Verify(plain + new string(' ', CertificateVerifier.GreatestLength)).IsValid);
    }

    // One player with four thousand strategies has sixteen million ways to deviate.
    [Fact]
    public void Deviations_are_counted_before_they_are_listed()
    {
        string payoffs = string.Join(',', Enumerable.Repeat("\"0\"", 4000));
        string distribution = "\"1\"," + string.Join(',', Enumerable.Repeat("\"0\"", 3999));
        string text = $$"""{"format":"{{CertificateVerifier.Format}}","kind":"correlated","sizes":[4000],"payoffs":[{{payoffs}}],"distribution":[{{distribution}}],"value":"0","worth":[],"prices":[]}""";
        Assert.Contains("work", CertificateVerifier.Verify(text, new WorkLimit(1_000_000)).Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_given_twice_is_refused() =>
        Assert.False(CertificateVerifier.Verify($$"""{"format":"{{CertificateVerifier.Format}}","kind":"symmetric","differences":["1","-1"],"differences":["1","-1"],"equilibria":[["1/4","3/4"]],"cells":[]}""").IsValid);
}
