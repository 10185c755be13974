using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>The struct types of typed data, and their hashes (EIP-712, "Definition of encodeType"). Names are identifiers, so that no name can carry another member into a type's text.</summary>
internal sealed partial class TypedStructTypes
{
    // Far above what people sign, and low enough that hashing every type with all its dependencies takes no time worth attacking.
    private const int MaxTypes = 64;
    private const int MaxMembers = 256;
    private const int MaxBrackets = 8;

    private readonly Dictionary<string, TypedMember[]> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _hashes = new(StringComparer.Ordinal);

    private TypedStructTypes()
    {
    }

    /// <summary>Reads the <c>types</c> of typed data. Every struct type that is referred to must be among them.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out TypedStructTypes? types)
    {
        types = null;
        TypedStructTypes read = new();
        if (json.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (JsonProperty type in json.EnumerateObject())
        {
            if (read._types.Count == MaxTypes || !Identifier().IsMatch(type.Name) || TypedAtom.IsReserved(type.Name)
                || !TryReadMembers(type.Value, out TypedMember[]? members) || !read._types.TryAdd(type.Name, members))
            {
                return false;
            }
        }

        if (!read._types.Values.SelectMany(static members => members).All(member => TypedAtom.IsKnown(member.Element) || read._types.ContainsKey(member.Element)))
        {
            return false;
        }

        types = read;
        return true;
    }

    /// <summary>Gets the members of a type; <see langword="null"/> when it is not a struct type.</summary>
    public TypedMember[]? MembersOf(string type) => _types.GetValueOrDefault(type);

    /// <summary>Gets the Keccak-256 digest of a type's text.</summary>
    public ReadOnlySpan<byte> HashOf(string type)
    {
        if (!_hashes.TryGetValue(type, out byte[]? hash))
        {
            hash = Keccak256.Hash(Encoding.UTF8.GetBytes(TextOf(type)));
            _hashes.Add(type, hash);
        }

        return hash;
    }

    /// <summary>Writes a type's text: its own members, then those of the types it refers to, in ordinal order of their names.</summary>
    public string TextOf(string type)
    {
        SortedSet<string> others = new(StringComparer.Ordinal);
        Stack<string> open = new([type]);
        while (open.TryPop(out string? next))
        {
            foreach (string element in _types[next].Select(static member => member.Element).Where(_types.ContainsKey))
            {
                if (element != type && others.Add(element))
                {
                    open.Push(element);
                }
            }
        }

        return string.Concat(others.Prepend(type).Select(name => $"{name}({string.Join(',', _types[name].Select(static member => $"{member.Type} {member.Name}"))})"));
    }

    private static bool TryReadMembers(JsonElement json, [NotNullWhen(true)] out TypedMember[]? members)
    {
        members = null;
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > MaxMembers)
        {
            return false;
        }

        List<TypedMember> read = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonElement item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || item.GetPropertyCount() != 2
                || !item.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String
                || !item.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String
                || !Identifier().IsMatch(name.GetString()!) || !names.Add(name.GetString()!)
                || MemberType().Match(type.GetString()!) is not { Success: true } match || match.Groups["length"].Captures.Count > MaxBrackets)
            {
                return false;
            }

            int[] lengths = [.. match.Groups["length"].Captures.Select(static length => length.Length == 0 ? -1 : int.Parse(length.ValueSpan, CultureInfo.InvariantCulture))];
            read.Add(new TypedMember(name.GetString()!, match.Value, match.Groups["element"].Value, lengths));
        }

        members = [.. read];
        return true;
    }

    [GeneratedRegex(@"\A[A-Za-z_$][A-Za-z0-9_$]{0,127}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\A(?<element>[A-Za-z_$][A-Za-z0-9_$]{0,127})(\[(?<length>|[1-9][0-9]{0,5})\])*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex MemberType();
}
