using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>
/// What steers a computation beside its inputs: the random seed, chosen by the requester and never by the provider, and named settings of the engine (a
/// sampler's temperature, a limit of tokens). Immutable; equal by content.
/// </summary>
public sealed class GenerationOptions : IEquatable<GenerationOptions>, ICanonical<GenerationOptions>
{
    /// <summary>The largest number of settings: 64.</summary>
    public const int MaxSettings = 64;

    /// <summary>Creates options.</summary>
    /// <param name="seed">The seed of everything random in the computation.</param>
    /// <param name="settings">Settings by name, values in the engine's invariant text form; at most <see cref="MaxSettings"/>.</param>
    /// <exception cref="ArgumentException">There are too many settings.</exception>
    public GenerationOptions(ulong seed, ImmutableSortedDictionary<string, string>? settings = null)
    {
        Seed = seed;
        Settings = (settings ?? ImmutableSortedDictionary<string, string>.Empty).WithComparers(StringComparer.Ordinal);
        if (Settings.Count > MaxSettings)
        {
            throw new ArgumentException($"Expected at most {MaxSettings} settings, got {Settings.Count}.", nameof(settings));
        }
    }

    /// <summary>Gets the seed of everything random in the computation.</summary>
    public ulong Seed { get; }

    /// <summary>Gets the settings in ordinal order of their names.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out GenerationOptions? value)
    {
        value = null;
        ulong seed = reader.ReadUInt64();
        int count = reader.ReadByte();
        if (count > MaxSettings)
        {
            reader.Fail();
        }

        ImmutableSortedDictionary<string, string>.Builder settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? previous = null;
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            string name = reader.ReadText();
            string text = reader.ReadText();
            if (previous is not null && string.CompareOrdinal(previous, name) >= 0)
            {
                reader.Fail();
                break;
            }

            settings.Add(name, text);
            previous = name;
        }

        if (reader.Failed)
        {
            return false;
        }

        value = new GenerationOptions(seed, settings.ToImmutable());
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteUInt64(Seed);
        writer.WriteByte((byte)Settings.Count);
        foreach (KeyValuePair<string, string> setting in Settings)
        {
            writer.WriteText(setting.Key);
            writer.WriteText(setting.Value);
        }
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] GenerationOptions? other) => other is not null && Seed == other.Seed && Settings.SequenceEqual(other.Settings);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GenerationOptions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Seed, Settings.Count);
}
