namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>A member of a struct type: its name, its whole type as written, the type without array brackets, and the brackets from the inside out.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as written, for example <c>Person[2][]</c>.</param>
/// <param name="Element">The type without brackets, for example <c>Person</c>.</param>
/// <param name="Lengths">The lengths in brackets, in the order written; −1 for <c>[]</c>.</param>
internal sealed record TypedMember(string Name, string Type, string Element, int[] Lengths);
