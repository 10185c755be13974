namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Tests that run while no other does, because they count what the whole process does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    internal const string Name = "alone";
}
