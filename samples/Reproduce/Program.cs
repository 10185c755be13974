using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Reproduce;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

// Runs every shipped model on fixed inputs and prints one digest: compare its last line between two machines.
Console.WriteLine(FormattableString.Invariant(
    $"{RuntimeInformation.ProcessArchitecture}: vectors of 512 bits {Vector512.IsHardwareAccelerated}, 256 {Vector256.IsHardwareAccelerated}, 128 {Vector128.IsHardwareAccelerated}, AVX-512 {Avx512F.IsSupported}, AVX2 {Avx2.IsSupported}"));
CanonicalWriter all = new(stackalloc byte[512]);
all.WriteDomain("sample/reproduce/v1");
foreach (string path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "models"), "*.onnx").Order(StringComparer.Ordinal))
{
    OnnxModel model = OnnxModel.Load(path);
    CanonicalEngine engine = new(model, new CanonicalEngineOptions { Threads = Environment.ProcessorCount });
    TraceRecorder recorder = new(engine);

    // The engine has nothing to wait for: its task is done when it comes back.
    NamedTensors results = engine.RunTracedAsync(FixedInputs.Of(model), new GenerationOptions(seed: 1), recorder).AsTask().GetAwaiter().GetResult();
    TraceCommitment trace = recorder.ToTree().Commitment;
    CommittedTensors outputs = CommittedTensors.Of(results);
    Console.WriteLine($"{Path.GetFileName(path)}: model {model.Id}");
    foreach ((string name, Digest commitment) in outputs)
    {
        Console.WriteLine($"  output {name} {commitment}");
    }

    Console.WriteLine(FormattableString.Invariant($"  trace of {trace.NodeCount} graph nodes {trace.Digest}"));
    all.WriteDigest(model.Id);
    outputs.WriteTo(ref all);
    trace.WriteTo(ref all);
}

Console.WriteLine($"sha256 {all.ToDigest()}");
