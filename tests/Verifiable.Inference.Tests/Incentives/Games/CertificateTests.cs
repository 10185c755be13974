using System.Text.Json.Nodes;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Every answer's certificate is accepted, and none with a changed number is.</summary>
public sealed class CertificateTests
{
    private static readonly BimatrixGame _inspection = new(2, 2, ExtremeEquilibriaTests.Numbers("4 4 9 -41"), ExtremeEquilibriaTests.Numbers("0 -1 0 9"));

    // Which numbers state the answer: changing a payoff may leave the answer right, changing these may not.
    public static TheoryData<string, string, string[]> Certificates => new()
    {
        { "equilibria", ExtremeEquilibria.FindAll(_inspection).ToCertificate(), ["profiles"] },
        { "zero sum", ZeroSum.Solve(new BimatrixGame(2, 2, ExtremeEquilibriaTests.Numbers("1 -1 -1 0"), ExtremeEquilibriaTests.Numbers("-1 1 1 0")))!.ToCertificate(), ["profiles"] },
        { "enclosures", MultiplayerEquilibria.FindAll(SolverTests.Inspection(2)).ToCertificate(), ["profiles", "boxes"] },
        { "correlated", CorrelatedEquilibria.Maximize(new BimatrixGame(2, 2, ExtremeEquilibriaTests.Numbers("0 7 2 6"), ExtremeEquilibriaTests.Numbers("0 2 7 6")).ToNormalForm())!.ToCertificate(), ["distribution", "value"] },
        { "commitment", Commitment.Solve(_inspection.Transposed())!.ToCertificate(), ["mixture", "value"] },
        { "symmetric", SymmetricEquilibria.FindAll(new SymmetricBinaryGame([1, -1])).ToCertificate(), ["equilibria", "cells"] },
        { "allocation", AuditAllocation.Solve(ExtremeEquilibriaTests.Numbers("5 8 2 12"), ExtremeEquilibriaTests.Numbers("50 60 30 80"), Rational.Parse("3/10")).ToCertificate(), ["worth", "probabilities", "budget", "gains", "losses"] },
    };

    [Theory]
    [MemberData(nameof(Certificates))]
    public void A_certificate_of_ours_is_accepted_and_a_changed_one_is_not(string name, string certificate, string[] answers)
    {
        Assert.True(CertificateVerifier.Verify(certificate).IsValid, name);
        int changed = 0;
        foreach (string answer in answers)
        {
            for (int place = 0; ; place++)
            {
                JsonNode root = JsonNode.Parse(certificate)!;
                if (!TryChange(root[answer]!, place))
                {
                    break;
                }

                changed++;
                Assert.False(CertificateVerifier.Verify(root.ToJsonString()).IsValid, $"{name}: number {place} of {answer} was changed");
            }
        }

        Assert.NotEqual(0, changed);
    }

    [Fact]
    public void A_dominance_certificate_with_another_order_or_strategy_is_refused()
    {
        NormalFormGame game = new BimatrixGame(3, 2, ExtremeEquilibriaTests.Numbers("4 0 0 4 1 1"), ExtremeEquilibriaTests.Numbers("1 0 0 1 0 0")).ToNormalForm();
        string certificate = Dominance.Eliminate(game).ToCertificate();
        Assert.True(CertificateVerifier.Verify(certificate).IsValid);
        Assert.False(CertificateVerifier.Verify(certificate.Replace("\"strategy\":2", "\"strategy\":1", StringComparison.Ordinal)).IsValid);
        Assert.False(CertificateVerifier.Verify(certificate.Replace("1/2", "1/4", StringComparison.Ordinal)).IsValid);
    }

    [Theory]
    [InlineData("[[0,0],[0,1],[0,1]]")]
    [InlineData("[[0,9],[0,1],[0,1]]")]
    [InlineData("[[0,-1],[0,1],[0,1]]")]
    [InlineData("[[],[0,1],[0,1]]")]
    [InlineData("[[0,1]]")]
    public void A_box_over_supports_that_are_none_is_refused(string supports)
    {
        JsonNode root = JsonNode.Parse(MultiplayerEquilibria.FindAll(SolverTests.Inspection(2)).ToCertificate())!;
        foreach (JsonNode? box in root["boxes"]!.AsArray())
        {
            box!["supports"] = JsonNode.Parse(supports);
        }

        Assert.False(CertificateVerifier.Verify(root.ToJsonString()).IsValid);
    }

    [Fact]
    public void A_list_without_one_of_its_symmetric_equilibria_is_refused()
    {
        JsonNode root = JsonNode.Parse(SymmetricEquilibria.FindAll(new SymmetricBinaryGame([-1, 3, -1, 2])).ToCertificate())!;
        JsonArray equilibria = root["equilibria"]!.AsArray();
        Assert.True(equilibria.Count > 2);
        for (int i = 0; i < equilibria.Count; i++)
        {
            JsonNode copy = root.DeepClone();
            copy["equilibria"]!.AsArray().RemoveAt(i);
            Assert.False(CertificateVerifier.Verify(copy.ToJsonString()).IsValid);
        }
    }

    [Fact]
    public void Certificates_of_random_games_hold() => RandomGames.Holds(RandomGames.Bimatrix(5, 5), game =>
        CertificateVerifier.Verify(ExtremeEquilibria.FindAll(game).ToCertificate()).IsValid
        && CertificateVerifier.Verify(LemkeHowson.FindFromAll(game).ToCertificate()).IsValid
        && CertificateVerifier.Verify(CorrelatedEquilibria.Maximize(game.ToNormalForm())!.ToCertificate()).IsValid
        && CertificateVerifier.Verify(CorrelatedEquilibria.MaximizeFairly(game.ToNormalForm())!.ToCertificate()).IsValid
        && CertificateVerifier.Verify(Commitment.Solve(game)!.ToCertificate()).IsValid
        && CertificateVerifier.Verify(Dominance.Eliminate(game.ToNormalForm()).ToCertificate()).IsValid);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":\"verifiable-inference/game-certificate/v1\"}")]
    [InlineData("{\"format\":1,\"kind\":[]}")]
    [InlineData("{\"format\":\"verifiable-inference/game-certificate/v1\",\"kind\":\"equilibria\",\"sizes\":[2147483647,2147483647],\"payoffs\":[\"1\"],\"profiles\":[]}")]
    [InlineData("{\"format\":\"verifiable-inference/game-certificate/v1\",\"kind\":\"equilibria\",\"sizes\":[1],\"payoffs\":[\"1\"],\"profiles\":[]}")]
    [InlineData("{\"format\":\"verifiable-inference/game-certificate/v1\",\"kind\":\"equilibria\",\"sizes\":[1],\"payoffs\":[1],\"profiles\":[[[\"1\"]]]}")]
    [InlineData("{\"format\":\"verifiable-inference/game-certificate/v1\",\"kind\":\"symmetric\",\"differences\":[],\"equilibria\":[],\"cells\":[]}")]
    [InlineData("{\"format\":\"verifiable-inference/game-certificate/v1\",\"kind\":\"allocation\",\"gains\":[\"NaN\"]}")]
    public void Hostile_text_gets_a_verdict(string text) => Assert.False(CertificateVerifier.Verify(text).IsValid);

    [Fact]
    public void The_default_verdict_is_no() => Assert.False(default(CertificateVerdict).IsValid);

    // Changes the number at a place, counted in reading order: by a thousandth, which no exact statement survives.
    private static bool TryChange(JsonNode node, int place)
    {
        var leaves = new List<JsonValue>();
        Collect(node);
        if (place >= leaves.Count)
        {
            return false;
        }

        leaves[place].ReplaceWith((Rational.Parse(leaves[place].GetValue<string>()) + Rational.Parse("1/1000")).ToString());
        return true;

        void Collect(JsonNode? part)
        {
            if (part is JsonArray array)
            {
                foreach (JsonNode? item in array)
                {
                    Collect(item);
                }
            }
            else if (part is JsonObject record)
            {
                // A preconditioner may be anything that works, and so may a smaller radius.
                Collect(record["center"]);
            }
            else if (part is JsonValue value)
            {
                leaves.Add(value);
            }
        }
    }
}
