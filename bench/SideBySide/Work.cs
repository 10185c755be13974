using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>One row to be measured.</summary>
internal sealed record Work(string Name, WorkKind Kind, int Threads, Func<Network> Make)
{
    internal Row Measure(Pace pace)
    {
        using SavedNetwork network = Save();
        return Kind switch
        {
            WorkKind.Time => InOneProcess(network.Folder, pace),
            WorkKind.CutPoints => Traced(network.Folder, CutPoints.ByWork(WorkPerByte), pace),
            WorkKind.FullTrace => Traced(network.Folder, CutPoints.All, pace),
            WorkKind.Prefill or WorkKind.Decode => DecoderMeasure.AgainstPeer(this, network.Folder, pace, PeerName),
            WorkKind.DecodeCutPoints => DecoderMeasure.Traced(this, network.Folder, CutPoints.ByWork(WorkPerByte), pace),
            _ => InChildren(network.Folder, pace),
        };
    }

    // Hashing a byte takes about the time of 50 multiply-adds, so that this bounds its share to about a twentieth.
    private const long WorkPerByte = 1000;

    private static string PeerName => $"ONNX Runtime {OnnxRuntimeLibrary.Default.Version}";

    // In a method of its own, so that the network is garbage when the measuring begins.
    private SavedNetwork Save() => new(Make());

    private Row InOneProcess(string folder, Pace pace)
    {
        GC.Collect();
        NamedTensors inputs = SavedNetwork.ReadInputs(folder);
        using var ours = new OurContender(folder, inputs, Threads);
        using var peer = new PeerContender(folder, inputs, Threads);
        ours.Run();
        peer.Run();
        double difference = Turns.Difference(ours.ReadOutputs(), peer.ReadOutputs());
        (Samples first, Samples second) = Turns.Measure(ours.Run, peer.Run, pace);
        return new Row(Name, Threads, "ms", first, second, difference, PeerName);
    }

    // What a trace costs: the peer is the same engine without one.
    private Row Traced(string folder, CutPoints options, Pace pace)
    {
        GC.Collect();
        NamedTensors inputs = SavedNetwork.ReadInputs(folder);
        var engine = new CanonicalEngine(OnnxModel.Load(SavedNetwork.ModelPath(folder)), new CanonicalEngineOptions { Threads = Threads });
        var tracing = new TracingEngine(engine, options);
        GenerationOptions settings = new(0);
        (Samples traced, Samples plain) = Turns.Measure(
            () => tracing.RunTracedAsync(inputs, settings).AsTask().GetAwaiter().GetResult(), () => engine.RunAsync(inputs, settings).AsTask().GetAwaiter().GetResult(), pace);
        return new Row(Name, Threads, "ms", traced, plain, null, "the same engine without a trace");
    }

    private Row InChildren(string folder, Pace pace)
    {
        var ours = new Samples();
        var peer = new Samples();
        for (int i = 0; i < pace.Processes; i++)
        {
            ours.Add(InChild("ours", folder));
            peer.Add(InChild("peer", folder));
        }

        return new Row(Name, Threads, Kind == WorkKind.Memory ? "MiB" : "ms", ours, peer, null, PeerName);
    }

    private double InChild(string engine, string folder)
    {
        (double first, double peak) = ChildProcess.Measure(engine, folder, Threads);
        return Kind == WorkKind.Memory ? peak : first;
    }
}
