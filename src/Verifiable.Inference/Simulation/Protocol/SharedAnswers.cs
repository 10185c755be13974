using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>The last answer that some nodes know of, and to which work it belongs. Not thread-safe.</summary>
internal sealed class SharedAnswers
{
    private Digest _work;
    private NamedTensors? _answer;

    public NamedTensors? Find(Digest work) => _answer is not null && _work == work ? _answer : null;

    public void Publish(Digest work, NamedTensors answer) => (_work, _answer) = (work, answer);

    public void Clear() => _answer = null;
}
