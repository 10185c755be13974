using System.Collections.Immutable;
using System.Globalization;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Reads settings and takes note of everything that is wrong with them: unknown names, and values that are not written as this library writes them. Used by one
/// thread.</summary>
internal sealed class SettingsReader(ImmutableSortedDictionary<string, string> settings)
{
    private readonly HashSet<string> _unread = [.. settings.Keys];
    private readonly List<string> _faults = [];

    /// <summary>Reads an integer that is not its default.</summary>
    internal int Integer(string name, int missing) =>
        Read(name, missing, "an integer", static text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null, static value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a number that is not its default, in its shortest form.</summary>
    internal double Number(string name, double missing) =>
        Read(name, missing, "a number in its shortest form", static text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null, static value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a list of integers with commas, none where the setting is absent.</summary>
    internal ImmutableArray<int> Integers(string name)
    {
        if (!TryTake(name, out string text))
        {
            return [];
        }

        ImmutableArray<int>.Builder items = ImmutableArray.CreateBuilder<int>();
        foreach (string item in text.Split(',', DecodingOptions.MaxStopTokens + 1))
        {
            if (!int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value.ToString(CultureInfo.InvariantCulture) != item)
            {
                _faults.Add($"'{name}' must be integers with commas between them, got '{text}'.");
                return [];
            }

            items.Add(value);
        }

        return items.ToImmutable();
    }

    /// <summary>Reads a list of texts, each in a setting of its own, numbered from 0 without a gap.</summary>
    internal ImmutableArray<string> Texts(string name, int most)
    {
        ImmutableArray<string>.Builder items = ImmutableArray.CreateBuilder<string>();
        while (items.Count < most && TryTake(DecodingSettings.NameOf(name, items.Count), out string text))
        {
            items.Add(text);
        }

        return items.ToImmutable();
    }

    /// <summary>Lists what was wrong, once everything was read.</summary>
    internal IEnumerable<string> Faults() => _faults.Concat(_unread.Order(StringComparer.Ordinal).Select(static name => $"'{name}' is no setting of a decoder."));

    private T Read<T>(string name, T missing, string expected, Func<string, T?> parse, Func<T, string> write)
        where T : struct, IEquatable<T>
    {
        if (!TryTake(name, out string text))
        {
            return missing;
        }

        if (parse(text) is { } value && write(value) == text && !value.Equals(missing))
        {
            return value;
        }

        _faults.Add(FormattableString.Invariant($"'{name}' must be {expected} other than {missing}, which is left out, got '{text}'."));
        return missing;
    }

    private bool TryTake(string name, out string text)
    {
        bool found = settings.TryGetValue(name, out string? value);
        text = value ?? string.Empty;
        _ = _unread.Remove(name);
        return found;
    }
}
