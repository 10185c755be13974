using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Writes certificates: the game, the answer, and whatever numbers let <see cref="CertificateVerifier"/> check it without searching. Numbers are texts, so that no reader rounds them.</summary>
internal static class Certificates
{
    internal static string OfEquilibria(NormalFormGame game, IEnumerable<MixedProfile> profiles) => Write("equilibria", writer =>
    {
        WriteGame(writer, game);
        WriteProfiles(writer, profiles);
    });

    internal static string OfEnclosures(MultiplayerSolution solution) => Write("enclosures", writer =>
    {
        WriteGame(writer, solution.Game);
        WriteProfiles(writer, solution.Equilibria.Select(equilibrium => equilibrium.Profile).OfType<MixedProfile>());
        writer.WriteString("uncertified", ((Rational)solution.UncertifiedCount).ToString());
        writer.WriteStartArray("boxes");
        foreach (EnclosureProof proof in solution.Equilibria.Select(equilibrium => equilibrium.Proof).OfType<EnclosureProof>())
        {
            writer.WriteStartObject();
            writer.WriteStartArray("supports");
            foreach (ImmutableArray<int> support in proof.Supports)
            {
                WriteIntegers(writer, support);
            }

            writer.WriteEndArray();
            WriteNumbers(writer, "center", proof.Center);
            writer.WriteString("radius", proof.Radius.ToString());
            WriteRows(writer, "preconditioner", proof.Preconditioner);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    internal static string OfCorrelated(CorrelatedSolution solution) => Write("correlated", writer =>
    {
        WriteGame(writer, solution.Game);
        WriteNumbers(writer, "distribution", solution.Distribution);
        writer.WriteString("value", solution.Value.ToString());
        WriteNumbers(writer, "worth", solution.Objective);
        WriteNumbers(writer, "prices", solution.Prices);
    });

    internal static string OfCommitment(CommitmentSolution solution) => Write("commitment", writer =>
    {
        WriteGame(writer, solution.Game.ToNormalForm());
        WriteNumbers(writer, "mixture", solution.Mixture);
        writer.WriteNumber("answer", solution.Answer);
        writer.WriteString("value", solution.Value.ToString());
        WriteRows(writer, "prices", solution.Prices);
    });

    internal static string OfDominance(DominanceSolution solution) => Write("dominance", writer =>
    {
        WriteGame(writer, solution.Game);
        writer.WriteStartArray("steps");
        foreach (DominanceStep step in solution.Steps)
        {
            writer.WriteStartObject();
            writer.WriteNumber("player", step.Player);
            writer.WriteNumber("strategy", step.Strategy);
            WriteNumbers(writer, "dominator", step.Dominator);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    internal static string OfSymmetric(SymmetricSolution solution) => Write("symmetric", writer =>
    {
        WriteNumbers(writer, "differences", solution.Game.Differences);
        WriteRows(writer, "equilibria", [.. solution.Equilibria.Select(pair => ImmutableArray.Create(pair.Low, pair.High))]);
        WriteRows(writer, "cells", [.. solution.Cells.Select(pair => ImmutableArray.Create(pair.Low, pair.High))]);
    });

    internal static string OfAllocation(AuditAllocationSolution solution) => Write("allocation", writer =>
    {
        WriteNumbers(writer, "gains", solution.Gains);
        WriteNumbers(writer, "losses", solution.Losses);
        writer.WriteString("budget", solution.Budget.ToString());
        writer.WriteString("worth", solution.Worth.ToString());
        WriteNumbers(writer, "probabilities", solution.Probabilities);
    });

    private static string Write(string kind, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("format", CertificateVerifier.Format);
            writer.WriteString("kind", kind);
            body(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteGame(Utf8JsonWriter writer, NormalFormGame game)
    {
        writer.WritePropertyName("sizes");
        WriteIntegers(writer, game.StrategyCounts);
        WriteNumbers(writer, "payoffs", game.Payoffs);
    }

    private static void WriteProfiles(Utf8JsonWriter writer, IEnumerable<MixedProfile> profiles)
    {
        writer.WriteStartArray("profiles");
        foreach (MixedProfile profile in profiles)
        {
            writer.WriteStartArray();
            for (int player = 0; player < profile.PlayerCount; player++)
            {
                WriteNumbers(writer, profile[player]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteRows(Utf8JsonWriter writer, string name, ImmutableArray<ImmutableArray<Rational>> rows)
    {
        writer.WriteStartArray(name);
        foreach (ImmutableArray<Rational> row in rows)
        {
            WriteNumbers(writer, row);
        }

        writer.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, ImmutableArray<Rational> numbers)
    {
        writer.WritePropertyName(name);
        WriteNumbers(writer, numbers);
    }

    private static void WriteNumbers(Utf8JsonWriter writer, ImmutableArray<Rational> numbers)
    {
        writer.WriteStartArray();
        foreach (Rational number in numbers)
        {
            writer.WriteStringValue(number.ToString());
        }

        writer.WriteEndArray();
    }

    private static void WriteIntegers(Utf8JsonWriter writer, ImmutableArray<int> numbers)
    {
        writer.WriteStartArray();
        foreach (int number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
