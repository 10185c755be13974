namespace Verifiable.Inference.Strategies;

/// <summary>What a check of a receipt found about one part of it.</summary>
/// <param name="Name">The part.</param>
/// <param name="Status">What the receipt's bytes say about it.</param>
/// <param name="Note">Why, in a sentence.</param>
public sealed record ReceiptField(string Name, ReceiptFieldStatus Status, string Note);
