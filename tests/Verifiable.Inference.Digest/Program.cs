using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;

if (args is ["rounding"])
{
    Console.WriteLine(WorkerRounding.Describe());
    return;
}

if (args is ["guarded"])
{
    Console.WriteLine($"{GuardedCases.Count(60)} cases");
    return;
}

if (args is ["newest"])
{
    Console.WriteLine(EngineDigest.OfNewestOperators(60, 2));
    return;
}

// Prints which instructions the runtime uses, then digests of the canonical engine's results, which must not depend on them.
int threads = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1;
Console.WriteLine(FormattableString.Invariant(
    $"vector512={Vector512.IsHardwareAccelerated} avx512={Avx512F.IsSupported} vector256={Vector256.IsHardwareAccelerated} avx2={Avx2.IsSupported} vector128={Vector128.IsHardwareAccelerated} fma={CanonicalMath.HasHardwareFusedMultiplyAdd} width={Contraction.Width} models={ShippedModels.Paths.Count} {ConvolutionCases.Paths()}"));
Console.WriteLine($"operators {EngineDigest.OfOperators(30, threads)} models {await EngineDigest.OfModelsAsync(threads)} later {EngineDigest.OfOperators(30, threads, areLater: true)} convolutions {EngineDigest.OfConvolutions(threads)} decoders {await EngineDigest.OfDecodersAsync(threads)}");
