using System.Collections.Immutable;

namespace Verifiable.Inference.Strategies;

/// <summary>What a stranger learns from a receipt. <see cref="IsValid"/> is false unless every part was checked and none refuted.</summary>
/// <param name="Fields">The parts, in the order in which they were checked; the check ends at the first refuted one.</param>
public sealed record ReceiptCheck(ImmutableArray<ReceiptField> Fields)
{
    /// <summary>Gets a value indicating whether the receipt holds: something was proven and nothing refuted.</summary>
    public bool IsValid => Fields.Any(static part => part.Status == ReceiptFieldStatus.Proven) && Fields.All(static part => part.Status is ReceiptFieldStatus.Proven or ReceiptFieldStatus.Asserted);

    /// <summary>Gets the first refuted part; <see langword="null"/> when there is none.</summary>
    public ReceiptField? Refuted => Fields.FirstOrDefault(static part => part.Status == ReceiptFieldStatus.Refuted);
}
