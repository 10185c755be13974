using Verifiable.Inference.Onnx.Engines;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Settings of a decoder. Immutable.</summary>
public sealed record DecoderOptions
{
    /// <summary>Gets the default settings.</summary>
    public static DecoderOptions Default { get; } = new();

    /// <summary>Gets the settings of the engine. None changes a result.</summary>
    public CanonicalEngineOptions Engine { get; init; } = CanonicalEngineOptions.Default;

    /// <summary>Gets the most tokens of a sequence, 2 or more; <see langword="null"/>, the default, for what the model's tables of positions hold.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Gets a value indicating whether keys and values are kept from step to step, where the model has inputs for them. It is part of the id that
    /// stands for the model: it changes no token of models whose tokens look back only and are computed one by one, and may change those of others. The default is true.</summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (ContextLength is < 2 or > 1 << 24)
        {
            yield return FormattableString.Invariant($"{nameof(ContextLength)} must be in [2, {1 << 24}], got {ContextLength}.");
        }

        foreach (string fault in Engine?.Validate() ?? [$"{nameof(Engine)} is required."])
        {
            yield return fault;
        }
    }
}
