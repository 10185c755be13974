using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does committing to a run cost beside the run: a full trace, every fourth graph node, cut points in proportion to the work?</summary>
[MemoryDiagnoser]
public class TraceBenchmarks
{
    private readonly GenerationOptions _options = new(seed: 1);
    private CanonicalEngine _engine = null!;
    private NamedTensors _inputs = null!;
    private TracingEngine _full = null!;
    private TracingEngine _everyFourth = null!;
    private TracingEngine _byWork = null!;

    /// <summary>Gets or sets the number of images in the batch.</summary>
    [Params(1, 64)]
    public int Images { get; set; }

    [GlobalSetup]
    public void Load()
    {
        OnnxModel model = OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "models", "digits.onnx"));
        _engine = new CanonicalEngine(model);
        _full = new TracingEngine(_engine);
        _everyFourth = new TracingEngine(_engine, CutPoints.Every(4));
        _byWork = new TracingEngine(_engine, CutPoints.ByWork(100));
        float[] pixels = [.. Enumerable.Range(0, Images * 64).Select(i => i * 37 % 17 / 16f)];
        _inputs = NamedTensors.Of("image", TensorValue.Create(pixels, Images, 1, 8, 8));
    }

    [Benchmark(Baseline = true)]
    public ValueTask<NamedTensors> Run() => _engine.RunAsync(_inputs, _options);

    [Benchmark]
    public ValueTask<TracedOutputs> FullTrace() => _full.RunTracedAsync(_inputs, _options);

    [Benchmark]
    public ValueTask<TracedOutputs> EveryFourthGraphNode() => _everyFourth.RunTracedAsync(_inputs, _options);

    [Benchmark]
    public ValueTask<TracedOutputs> CutPointsByWork() => _byWork.RunTracedAsync(_inputs, _options);
}
