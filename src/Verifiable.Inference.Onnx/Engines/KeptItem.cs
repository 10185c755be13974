namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Something that an engine keeps for later runs.</summary>
internal abstract class KeptItem
{
    internal KeptItem()
    {
        Position = new LinkedListNode<KeptItem>(this);
    }

    /// <summary>Gets where it stands among all that is kept.</summary>
    internal LinkedListNode<KeptItem> Position { get; }

    /// <summary>Gets its bytes.</summary>
    internal abstract long KeptBytes { get; }

    /// <summary>Takes it from where runs would find it. Called by <see cref="KeptMemory"/>, under its lock, when it must go.</summary>
    internal abstract void LetGo();
}
