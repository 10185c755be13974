using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Makes random cases of every operator in the catalog: a new operator gets all laws by one line in the file of its family.</summary>
public static class OperatorCases
{
    // Later operator sets changed no meaning, and cases are drawn as they were before those were known: digests of them are written down.
    private const int NewestDrawn = 24;

    // An operator of another domain than ONNX's own stands as "domain:name".
    private static readonly SortedDictionary<string, Func<CaseRandom, int, OperatorCase>> _makers = new(
        new[]
        {
            ActivationCases.All,
            AttentionCases.All,
            ContractionCases.All,
            ElementwiseCases.All,
            MovementCases.All,
            NormalizationCases.All,
            PoolingCases.All,
            QuantizationCases.All,
            QuantizedCases.All,
            QuantizedWeightCases.All,
            RecurrentCases.All,
            SpreadCases.All,
            ReductionCases.All,
            SelectionCases.All,
            MakingCases.All,
            ResizeCases.All,
        }.SelectMany(family => family).ToDictionary(maker => maker.Name, maker => maker.Make),
        StringComparer.Ordinal);

    /// <summary>Gets the names of the operators that have cases.</summary>
    public static IReadOnlyCollection<string> Names => _makers.Keys;

    /// <summary>Names an operator as cases do.</summary>
    public static string NameOf(OperatorDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Domain.Length == 0 ? definition.Name : $"{definition.Domain}:{definition.Name}";
    }

    /// <summary>Makes a case of a definition; every third one is full of special values. Where the operator widens 16-bit floats, or takes binary64, some cases are of
    /// these types.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="seed">What the case is drawn by.</param>
    /// <param name="longAxes">How many axes may be long.</param>
    public static OperatorCase Make(OperatorDefinition definition, ulong seed, int longAxes = 0)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var random = new CaseRandom(seed) { IsSpecial = seed % 3 == 0, LongAxes = longAxes };
        int opset = random.Between(definition.SinceVersion, Math.Min(definition.UntilVersion, Math.Max(definition.SinceVersion, NewestDrawn)));
        OperatorCase sample = _makers[NameOf(definition)](random, opset);
        ElementType type = (seed % 8) switch
        {
            5 => ElementType.Float16,
            6 => ElementType.BFloat16,
            7 when definition.Floats.HasDouble => ElementType.Float64,
            _ => ElementType.Float32,
        };
        return type == ElementType.Float32 || definition.Floats.Mask == 0 ? sample : Retype(sample, definition.Floats, type);
    }

    private static OperatorCase Retype(OperatorCase sample, FloatInputs floats, ElementType type) => sample with
    {
        Inputs = [.. sample.Inputs.Select((input, i) => input?.Type == ElementType.Float32 && floats.Contains(i) ? CaseRandom.Convert(input, type) : input)],
    };
}
