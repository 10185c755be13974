namespace Verifiable.Inference.Samples.Tests;

/// <summary>An empty folder that goes when it is disposed.</summary>
public sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("samples-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
