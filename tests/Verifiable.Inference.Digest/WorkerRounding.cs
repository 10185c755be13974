using System.Runtime.InteropServices;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Runs the engine while the threads of the pool round upward, as native code can leave them; in a process of its own, since no other test would survive it.</summary>
internal static class WorkerRounding
{
    private const int Upward = 0x800;
    private const int Workers = 8;

    /// <summary>Tells what became of the run: the type of its exception, or how many different products it made of one.</summary>
    internal static string Describe()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("Mul", ["x", "x"], ["y"]).Output("y", ElementType.Float32, "N").Build();
        var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = 4 });
        float[] values = new float[16 << 20];
        values.AsSpan().Fill(1.1f);
        NamedTensors inputs = NamedTensors.Of("x", TensorValue.Create(values, values.Length));
        ChangeWorkers();
        string result = "";
        var caller = new Thread(() =>
        {
            try
            {
                result = $"{engine.RunAsync(inputs, new GenerationOptions(1)).AsTask().GetAwaiter().GetResult()["y"].AsSpan<float>().ToArray().Distinct().Count()} products";
            }
            catch (PlatformNotSupportedException exception)
            {
                result = exception.GetType().Name;
            }
        });
        caller.Start();
        caller.Join();
        return result;
    }

    private static void ChangeWorkers()
    {
        ThreadPool.SetMinThreads(Workers, Workers);
        using var barrier = new Barrier(Workers);
        using var done = new CountdownEvent(Workers);
        for (int i = 0; i < Workers; i++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                // All at once, so that no thread takes two.
                barrier.SignalAndWait();
                _ = fesetround(Upward);
                barrier.SignalAndWait();
                done.Signal();
            });
        }

        done.Wait();
    }

    [DllImport("libm.so.6")]
    private static extern int fesetround(int direction);
}
