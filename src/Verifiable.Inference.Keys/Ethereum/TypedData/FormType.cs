using System.Text;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>The struct type of one of our own forms: its members, and the struct types among them. Immutable.</summary>
internal sealed class FormType
{
    private readonly byte[] _hash;

    /// <summary>Creates a type.</summary>
    /// <param name="name">The name.</param>
    /// <param name="members">The members as Solidity writes them, with commas: <c>bytes32 ledger,Work work</c>.</param>
    /// <param name="others">The struct types that the members refer to, and those that these refer to.</param>
    public FormType(string name, string members, params FormType[] others)
    {
        Name = name;
        Members = [.. members.Split(',').Select(static member => (Type: member.Split(' ')[0], Name: member.Split(' ')[1]))];
        Others = [.. others.OrderBy(static other => other.Name, StringComparer.Ordinal)];
        Text = $"{name}({members})" + string.Concat(Others.Select(static other => other.OwnText));
        _hash = Keccak256.Hash(Encoding.UTF8.GetBytes(Text));
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the members.</summary>
    public (string Type, string Name)[] Members { get; }

    /// <summary>Gets the struct types that it refers to, in ordinal order.</summary>
    public FormType[] Others { get; }

    /// <summary>Gets the type's text, as EIP-712's encodeType writes it.</summary>
    public string Text { get; }

    /// <summary>Gets the digest of the type's text.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    private string OwnText => $"{Name}({string.Join(',', Members.Select(static member => $"{member.Type} {member.Name}"))})";
}
