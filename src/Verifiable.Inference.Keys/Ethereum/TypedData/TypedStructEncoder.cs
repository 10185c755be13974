using System.Buffers;
using System.Text.Json;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>Hashes structs and arrays of JSON values (EIP-712, "Definition of hashStruct"). Members that are missing, null or not in the type are refused.</summary>
internal sealed class TypedStructEncoder(TypedStructTypes types)
{
    /// <summary>Hashes a struct.</summary>
    /// <returns><see langword="false"/> when the value is not one of the type.</returns>
    public bool TryHash(string type, JsonElement value, Span<byte> destination)
    {
        if (types.MembersOf(type) is not { } members || value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != members.Length)
        {
            return false;
        }

        byte[] words = new byte[TypedAtom.Size * (members.Length + 1)];
        types.HashOf(type).CopyTo(words);
        Span<byte> rest = words.AsSpan(TypedAtom.Size);
        foreach (TypedMember member in members)
        {
            if (!value.TryGetProperty(member.Name, out JsonElement item) || !TryEncode(member, member.Lengths.Length, item, rest[..TypedAtom.Size]))
            {
                return false;
            }

            rest = rest[TypedAtom.Size..];
        }

        Keccak256.Hash(words, destination);
        return true;
    }

    // The last brackets written are the outermost array.
    private bool TryEncode(TypedMember member, int brackets, JsonElement value, Span<byte> destination)
    {
        if (brackets == 0)
        {
            return types.MembersOf(member.Element) is null ? TypedAtom.TryEncode(member.Element, value, destination) : TryHash(member.Element, value, destination);
        }

        if (value.ValueKind != JsonValueKind.Array || (member.Lengths[brackets - 1] is >= 0 and int length && length != value.GetArrayLength()))
        {
            return false;
        }

        ArrayBufferWriter<byte> words = new();
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (!TryEncode(member, brackets - 1, item, words.GetSpan(TypedAtom.Size)[..TypedAtom.Size]))
            {
                return false;
            }

            words.Advance(TypedAtom.Size);
        }

        Keccak256.Hash(words.WrittenSpan, destination);
        return true;
    }
}
