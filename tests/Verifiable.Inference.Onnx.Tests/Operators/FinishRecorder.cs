using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Counts how often each element is completed, keeps what it was then, and adds one to it.</summary>
internal sealed class FinishRecorder(int length) : Epilogue
{
    internal int[] Counts { get; } = new int[length];

    internal float[] Seen { get; } = new float[length];

    internal override void Apply(Span<float> values, int start)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Counts[start + i]++;
            Seen[start + i] = values[i];
            values[i] += 1f;
        }
    }
}
