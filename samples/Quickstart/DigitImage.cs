using System.Globalization;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>A handwritten digit that the models were not trained on, and what it shows.</summary>
internal sealed record DigitImage(NamedTensors Inputs, int Label)
{
    /// <summary>The number of images that come with the sample.</summary>
    public const int Available = 500;

    private const int Side = 8;

    public static DigitImage[] Load(int count)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", "digits-heldout.csv");
        return [.. File.ReadLines(path).Take(count).Select(Parse)];
    }

    /// <summary>Tells which digit a model's outputs stand for: the one with the largest logit.</summary>
    public static int Read(NamedTensors outputs)
    {
        ReadOnlySpan<float> logits = outputs["logits"].AsSpan<float>();
        int best = 0;
        for (int digit = 1; digit < logits.Length; digit++)
        {
            best = logits[digit] > logits[best] ? digit : best;
        }

        return best;
    }

    private static DigitImage Parse(string line)
    {
        string[] cells = line.Split(',');
        float[] pixels = [.. cells[..^1].Select(static cell => float.Parse(cell, CultureInfo.InvariantCulture))];
        return new DigitImage(
            NamedTensors.Of("image", TensorValue.Create(pixels, 1, 1, Side, Side)), int.Parse(cells[^1], CultureInfo.InvariantCulture));
    }
}
