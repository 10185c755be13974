using System.Collections.Immutable;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Reads the parts of a certificate. A part that is missing or malformed is read as empty and remembered; nothing throws. Not thread-safe.</summary>
internal sealed class CertificateDocument(JsonElement root)
{
    internal bool IsBroken { get; private set; }

    internal bool Has(string name) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out _);

    internal string Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : Broken(string.Empty);

    internal int Integer(string name) => Integer(Find(name));

    internal Rational Number(string name) => Number(Find(name));

    internal ImmutableArray<int> Integers(string name) => Items(Find(name), Integer);

    internal ImmutableArray<Rational> Numbers(string name) => Items(Find(name), Number);

    internal ImmutableArray<ImmutableArray<Rational>> Rows(string name) => Items(Find(name), row => Items(row, Number));

    internal ImmutableArray<ImmutableArray<ImmutableArray<Rational>>> Tables(string name) => Items(Find(name), table => Items(table, row => Items(row, Number)));

    internal ImmutableArray<ImmutableArray<int>> IntegerRows(string name) => Items(Find(name), row => Items(row, Integer));

    internal ImmutableArray<CertificateDocument> Parts(string name)
    {
        ImmutableArray<CertificateDocument> parts = Items(Find(name), part => new CertificateDocument(part));
        return parts;
    }

    private JsonElement Find(string name) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement found) ? found : Broken(default(JsonElement));

    private int Integer(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) ? value : Broken(0);

    private Rational Number(JsonElement element) => element.ValueKind == JsonValueKind.String && Rational.TryParse(element.GetString(), out Rational value) ? value : Broken(default(Rational));

    private ImmutableArray<T> Items<T>(JsonElement element, Func<JsonElement, T> read) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(read)] : Broken(ImmutableArray<T>.Empty);

    private T Broken<T>(T nothing)
    {
        IsBroken = true;
        return nothing;
    }
}
