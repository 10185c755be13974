using Verifiable.Inference.Networks;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>One row to be measured.</summary>
internal sealed record Work(string Name, WorkKind Kind, int Threads, Func<Network> Make)
{
    internal Row Measure(Pace pace)
    {
        using SavedNetwork network = Save();
        return Kind == WorkKind.Time ? InOneProcess(network.Folder, pace) : InChildren(network.Folder, pace);
    }

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
