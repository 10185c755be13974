using System.Globalization;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Finds the repository's models and the held-out data.</summary>
public static class ShippedModels
{
    /// <summary>Gets the repository's root: the nearest folder upward that holds the solution, or <see langword="null"/>.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>Gets the paths of the shipped models in ordinal order; none outside the repository.</summary>
    public static IReadOnlyList<string> Paths =>
        Root is not null && Directory.Exists(Path.Combine(Root, "models"))
            ? [.. Directory.GetFiles(Path.Combine(Root, "models"), "*.onnx").Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Reads rows of numbers whose last one is the label. A line with letters is a heading.</summary>
    public static (float[] Values, int[] Labels, int Width) ReadHeldOut(string file)
    {
        string[] lines = [.. File.ReadLines(Path.Combine(Root!, "samples", "data", file)).Where(line => line.Length > 0 && !line.Any(char.IsAsciiLetter))];
        float[][] rows = [.. lines.Select(line => line.Split(',').Select(text => float.Parse(text, CultureInfo.InvariantCulture)).ToArray())];
        int width = rows[0].Length - 1;
        return ([.. rows.SelectMany(row => row.Take(width))], [.. rows.Select(row => (int)row[^1])], width);
    }

    /// <summary>Makes the input of a model for the first rows of its held-out data.</summary>
    public static (TensorValue Input, int[] Labels) Input(string path, int rows)
    {
        bool isDigits = Path.GetFileName(path).StartsWith("digits", StringComparison.Ordinal);
        (float[] values, int[] labels, int width) = ReadHeldOut(isDigits ? "digits-heldout.csv" : "iris-heldout.csv");
        rows = Math.Min(rows, labels.Length);
        TensorValue input = isDigits ? TensorValue.Create(values[..(rows * width)], rows, 1, 8, 8) : TensorValue.Create(values[..(rows * width)], rows, width);
        return (input, labels[..rows]);
    }

    private static string? FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Verifiable.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
