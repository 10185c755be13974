namespace Verifiable.Inference.Onnx.Engines;

/// <summary>The memory of a run of an earlier plan, for a plan whose values stand at the same places.</summary>
/// <param name="owner">The plan.</param>
/// <param name="blocks">The memory.</param>
internal sealed class SpareBlocks(ExecutionPlan owner, Memory<byte>[] blocks) : KeptItem
{
    internal Memory<byte>[] Blocks => blocks;

    internal override long KeptBytes => owner.Memory.Bytes;

    internal override void LetGo() => owner.Forget(this);
}
