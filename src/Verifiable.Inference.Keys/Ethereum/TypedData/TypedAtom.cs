using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>The types of EIP-712 that are no structs, and how a JSON value of each becomes 32 bytes ("Definition of encodeData"). A value outside its type is refused.</summary>
internal static partial class TypedAtom
{
    /// <summary>The size of an encoded value: 32 bytes.</summary>
    public const int Size = 32;

    private const int BitsInWord = 256;

    // Above that a wallet's JavaScript reads another number than is written.
    private const long MaxJsonNumber = (1L << 53) - 1;

    // As many as 2^256 has in decimal or hexadecimal digits, and a prefix.
    private const int MaxNumberText = 80;

    /// <summary>Tells whether a name is that of a type here.</summary>
    public static bool IsKnown(string type) => type is "bool" or "address" or "string" or "bytes" || BytesSize(type) > 0 || IntegerBits(type, out _) > 0;

    /// <summary>Tells whether a struct type may not have this name, because it is or looks like that of a type of Solidity.</summary>
    public static bool IsReserved(string type) => Reserved().IsMatch(type);

    /// <summary>Encodes a value.</summary>
    /// <returns><see langword="false"/> when the value is not one of the type.</returns>
    public static bool TryEncode(string type, JsonElement value, Span<byte> destination)
    {
        destination.Clear();
        switch (type)
        {
            case "bool":
                destination[^1] = value.ValueKind == JsonValueKind.True ? (byte)1 : (byte)0;
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False;
            case "address":
                bool isAddress = EthereumAddress.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : null, out EthereumAddress address);
                address.CopyTo(destination[^EthereumAddress.Size..]);
                return isAddress && value.GetString()!.StartsWith("0x", StringComparison.Ordinal);
            case "string":
                bool isText = TryGetText(value, out string characters);
                Keccak256.Hash(Encoding.UTF8.GetBytes(characters), destination);
                return isText;
            case "bytes":
                bool isBytes = TryGetBytes(value, out byte[] bytes);
                Keccak256.Hash(bytes, destination);
                return isBytes;
            default:
                return BytesSize(type) is > 0 and int size ? TryEncodeBytes(value, size, destination) : TryEncodeInteger(type, value, destination);
        }
    }

    private static bool TryEncodeBytes(JsonElement value, int size, Span<byte> destination)
    {
        if (!TryGetBytes(value, out byte[] bytes) || bytes.Length != size)
        {
            return false;
        }

        bytes.CopyTo(destination);
        return true;
    }

    private static bool TryEncodeInteger(string type, JsonElement value, Span<byte> destination)
    {
        int bits = IntegerBits(type, out bool isSigned);
        if (bits == 0 || !TryGetInteger(value, out BigInteger number))
        {
            return false;
        }

        BigInteger limit = BigInteger.One << (isSigned ? bits - 1 : bits);
        if (number >= limit || number < (isSigned ? -limit : 0))
        {
            return false;
        }

        if (number.Sign < 0)
        {
            number += BigInteger.One << BitsInWord;
        }

        int count = number.GetByteCount(isUnsigned: true);
        return number.TryWriteBytes(destination[^count..], out _, isUnsigned: true, isBigEndian: true);
    }

    private static bool TryGetText(JsonElement value, out string text)
    {
        text = value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
        return value.ValueKind == JsonValueKind.String;
    }

    private static bool TryGetBytes(JsonElement value, out byte[] bytes)
    {
        bytes = [];
        if (!TryGetText(value, out string text) || !HexBytes().IsMatch(text))
        {
            return false;
        }

        bytes = Convert.FromHexString(text.AsSpan(2));
        return true;
    }

    private static bool TryGetInteger(JsonElement value, out BigInteger number)
    {
        number = default;
        string text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!,
            _ => string.Empty,
        };
        if (text.Length > MaxNumberText)
        {
            return false;
        }

        if (value.ValueKind == JsonValueKind.String && HexNumber().IsMatch(text))
        {
            number = BigInteger.Parse(string.Concat("0", text.AsSpan(2)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return true;
        }

        if (!DecimalNumber().IsMatch(text))
        {
            return false;
        }

        number = BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return value.ValueKind == JsonValueKind.String || BigInteger.Abs(number) <= MaxJsonNumber;
    }

    private static int BytesSize(string type) => SizedBytes().Match(type) is { Success: true } match && Number(match) is >= 1 and <= Size and int size ? size : 0;

    private static int IntegerBits(string type, out bool isSigned)
    {
        Match match = SizedInteger().Match(type);
        isSigned = type.StartsWith('i');
        return match.Success && Number(match) is >= 8 and <= BitsInWord and int bits && bits % 8 == 0 ? bits : 0;
    }

    private static int Number(Match match) => int.Parse(match.Groups["size"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(u?int|u?fixed|bytes)[0-9x]*\z|\A(bool|address|string|byte|function)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Reserved();

    [GeneratedRegex(@"\Abytes(?<size>[1-9][0-9]?)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex SizedBytes();

    [GeneratedRegex(@"\Au?int(?<size>[1-9][0-9]{0,2})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex SizedInteger();

    [GeneratedRegex(@"\A0x([0-9a-fA-F]{2})*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex HexBytes();

    [GeneratedRegex(@"\A0x[0-9a-fA-F]+\z", RegexOptions.ExplicitCapture)]
    private static partial Regex HexNumber();

    [GeneratedRegex(@"\A(0|-?[1-9][0-9]*)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DecimalNumber();
}
