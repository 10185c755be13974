using System.Globalization;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Finds the repository's models and the held-out data.</summary>
public static class ShippedModels
{
    /// <summary>Gets the repository's root: the nearest folder upward that holds the solution, or <see langword="null"/>.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>Gets the paths of the shipped classifiers in ordinal order; none outside the repository.</summary>
    public static IReadOnlyList<string> Paths => [.. All.Where(static path => !IsDecoder(path))];

    /// <summary>Gets the paths of the shipped decoders in ordinal order; none outside the repository.</summary>
    public static IReadOnlyList<string> Decoders => [.. All.Where(IsDecoder)];

    private static IEnumerable<string> All => Root is not null && Directory.Exists(Path.Combine(Root, "models"))
        ? Directory.GetFiles(Path.Combine(Root, "models"), "*.onnx").Order(StringComparer.Ordinal)
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

    /// <summary>Makes the inputs of a decoder for token ids from the beginning, with caches of length 0.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="tokens">The ids, row after row.</param>
    /// <param name="rows">The number of rows.</param>
    public static NamedTensors Prompt(OnnxModel model, long[] tokens, int rows)
    {
        int length = tokens.Length / rows;
        return new NamedTensors(model.Inputs.Select(input => KeyValuePair.Create(input.Name, input.Name switch
        {
            "input_ids" => TensorValue.Create(tokens, rows, length),
            "attention_mask" => TensorValue.Create<long>([.. tokens.Select(static _ => 1L)], rows, length),
            "position_ids" => TensorValue.Create<long>([.. tokens.Select((_, index) => (long)(index % length))], rows, length),
            _ => TensorValue.Create<float>([], rows, input.Dimensions[1].Length, 0, input.Dimensions[3].Length),
        })));
    }

    private static bool IsDecoder(string path) => Path.GetFileName(path).StartsWith("shakespeare", StringComparison.Ordinal);

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
