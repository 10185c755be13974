using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>
/// A value of one of our own forms. It is hashed without JSON, because verifiers do that for every signature; tests compare with what its JSON hashes to. Members are
/// <see cref="Digest"/> (bytes32) and arrays of it, <see cref="OpaqueBytes"/> (bytes), <see cref="string"/>, <see cref="ulong"/>, <see cref="long"/>, <see cref="byte"/>,
/// <see cref="double"/> (bytes8, big-endian), <see cref="Form"/> and arrays of it.
/// </summary>
internal sealed class Form(FormType type, params object[] values)
{
    /// <summary>Gets the type.</summary>
    public FormType Type => type;

    /// <summary>Computes the struct hash.</summary>
    public void Hash(Span<byte> destination)
    {
        byte[] words = new byte[TypedAtom.Size * (values.Length + 1)];
        type.Hash.CopyTo(words);
        for (int i = 0; i < values.Length; i++)
        {
            Encode(values[i], words.AsSpan(TypedAtom.Size * (i + 1), TypedAtom.Size));
        }

        Keccak256.Hash(words, destination);
    }

    /// <summary>Writes the value as JSON: numbers as decimal text, because JavaScript would round them.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        for (int i = 0; i < values.Length; i++)
        {
            json.WritePropertyName(type.Members[i].Name);
            Write(json, values[i]);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case Form form:
                form.WriteTo(json);
                break;
            case Form[] forms:
                json.WriteStartArray();
                foreach (Form form in forms)
                {
                    form.WriteTo(json);
                }

                json.WriteEndArray();
                break;
            case Digest[] digests:
                json.WriteStartArray();
                foreach (Digest digest in digests)
                {
                    json.WriteStringValue($"0x{digest}");
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(value switch
                {
                    string text => text,
                    Digest digest => $"0x{digest}",
                    OpaqueBytes bytes => $"0x{bytes}",
                    double number => $"0x{BitConverter.DoubleToUInt64Bits(number):x16}",
                    _ => Convert.ToString(value, CultureInfo.InvariantCulture),
                });
                break;
        }
    }

    private static void Encode(object value, Span<byte> word)
    {
        switch (value)
        {
            case Digest digest:
                digest.CopyTo(word);
                break;
            case OpaqueBytes bytes:
                Keccak256.Hash(bytes.Span, word);
                break;
            case string text:
                Keccak256.Hash(Encoding.UTF8.GetBytes(text), word);
                break;
            case ulong number:
                BinaryPrimitives.WriteUInt64BigEndian(word[^sizeof(ulong)..], number);
                break;
            case long number:
                word.Fill(number < 0 ? byte.MaxValue : (byte)0);
                BinaryPrimitives.WriteInt64BigEndian(word[^sizeof(long)..], number);
                break;
            case byte number:
                word[^1] = number;
                break;
            case double number:
                BinaryPrimitives.WriteUInt64BigEndian(word, BitConverter.DoubleToUInt64Bits(number));
                break;
            case Form form:
                form.Hash(word);
                break;
            case Form[] forms:
                byte[] hashes = new byte[TypedAtom.Size * forms.Length];
                for (int i = 0; i < forms.Length; i++)
                {
                    forms[i].Hash(hashes.AsSpan(TypedAtom.Size * i, TypedAtom.Size));
                }

                Keccak256.Hash(hashes, word);
                break;
            case Digest[] digests:
                byte[] members = new byte[TypedAtom.Size * digests.Length];
                for (int i = 0; i < digests.Length; i++)
                {
                    digests[i].CopyTo(members.AsSpan(TypedAtom.Size * i));
                }

                Keccak256.Hash(members, word);
                break;
            default:
                throw new NotSupportedException($"Expected a value that a form can hold, got one of {value.GetType()}.");
        }
    }
}
