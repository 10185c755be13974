using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>placeholder</summary>
public sealed class CommittedTensors : IEquatable<CommittedTensors>, ICanonical<CommittedTensors>
{
    /// <summary>placeholder</summary>
    public static CommittedTensors Of(NamedTensors tensors) => throw new NotSupportedException(tensors.ToString());

    /// <summary>placeholder</summary>
    public bool Opens(NamedTensors tensors) => throw new NotSupportedException(tensors.ToString());

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out CommittedTensors? value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer) => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool Equals(CommittedTensors? other) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CommittedTensors);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
