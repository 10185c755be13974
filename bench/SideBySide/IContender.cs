using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>An engine that has loaded a model and holds its inputs.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Computes the outputs once.</summary>
    void Run();

    /// <summary>Copies the outputs of the last run.</summary>
    NamedTensors ReadOutputs();
}
