using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What an update of a scatter does to the element that is there. Immutable and thread-safe.</summary>
internal sealed class ScatterReduction
{
    private readonly string _name;

    /// <summary>Reads the attribute <c>reduction</c>, which is there since version 16; <c>max</c> and <c>min</c> since 18.</summary>
    internal ScatterReduction(NodeBinder binder)
    {
        _name = binder.Opset >= 16 ? binder.Text("reduction", "none") : "none";
        if (!(_name is "none" or "add" or "mul" || (_name is "max" or "min" && binder.Opset >= 18)))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected the reduction none, add or mul, or since version 18 max or min, got '{_name}'.");
        }
    }

    /// <summary>Gets a value indicating whether an update replaces what is there.</summary>
    internal bool Replaces => _name == "none";

    /// <summary>Requires a type that can be reduced.</summary>
    internal string? Require(OperatorInputs inputs) =>
        Replaces || inputs.TypeOf(0) != ElementType.Boolean ? Faults.RequireSameType(inputs, 0, 2) : $"Expected numbers to reduce by '{_name}', got {inputs.SignatureOf(0)}.";

    /// <summary>Applies an update: integers wrap, floats are rounded by themselves; the element that is there is the left operand.</summary>
    internal ulong Apply(ulong there, ulong update, ElementType type)
    {
        if (Replaces)
        {
            return update;
        }

        return type switch
        {
            ElementType.Float32 => ElementBits.Of(Apply(ElementBits.ToSingle(there), ElementBits.ToSingle(update))),
            ElementType.Float64 => ElementBits.Of(Apply(ElementBits.ToDouble(there), ElementBits.ToDouble(update))),
            _ => Apply(there, update, ElementBits.ToInt64(there, type), ElementBits.ToInt64(update, type), type),
        };
    }

    private float Apply(float there, float update) => _name switch
    {
        "add" => there + update,
        "mul" => there * update,
        "max" => CanonicalMath.Max(there, update),
        _ => CanonicalMath.Min(there, update),
    };

    // double.Max and double.Min have the canonical rule: NaN wins, and −0 is smaller than +0.
    private double Apply(double there, double update) => _name switch
    {
        "add" => there + update,
        "mul" => there * update,
        "max" => double.Max(there, update),
        _ => double.Min(there, update),
    };

    private ulong Apply(ulong thereBits, ulong updateBits, long there, long update, ElementType type)
    {
        bool isLarger = type == ElementType.UInt64 ? updateBits > thereBits : update > there;
        return _name switch
        {
            "add" => ElementBits.Of(unchecked(there + update), type),
            "mul" => ElementBits.Of(unchecked(there * update), type),
            "max" => isLarger ? updateBits : thereBits,
            _ => isLarger ? thereBits : updateBits,
        };
    }
}
