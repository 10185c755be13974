using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>How agents are computed. None of it changes a result. Immutable.</summary>
public sealed record AgentOptions
{
    /// <summary>Gets the number of threads, 1 to 1024. The default is one for each processor.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 1024);

    /// <summary>Gets the width of vectors in bits: 512, 256, 128, or 64 for none. The default is the widest that the processor has.</summary>
    public int VectorBits { get; init; } = WidestVectorBits;

    /// <summary>Gets the widest vectors that this processor has, in bits.</summary>
    public static int WidestVectorBits =>
        Vector512.IsHardwareAccelerated && System.Runtime.Intrinsics.X86.Avx512F.IsSupported ? 512
        : System.Runtime.Intrinsics.X86.Avx2.IsSupported ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 64;

    /// <summary>Lists everything wrong with these options on this machine; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate()
    {
        if (Threads is < 1 or > 1024)
        {
            yield return $"{nameof(Threads)} must be 1 to 1024, got {Threads}.";
        }

        if (VectorBits is not (64 or 128 or 256 or 512) || VectorBits > WidestVectorBits)
        {
            yield return $"{nameof(VectorBits)} must be 64, 128, 256 or 512, and here at most {WidestVectorBits}, got {VectorBits}.";
        }
    }
}
