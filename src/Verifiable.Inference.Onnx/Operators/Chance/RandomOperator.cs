using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// RandomUniform, RandomNormal, their forms that take the shape of an input, and Bernoulli: draws by the request's seed, in binary64, converted once. Element i is made of the
/// words of the counter (low and high half of i ÷ 4, or i ÷ 2 for normal draws; number of the graph node among those of its operator; a tag of the operator). The
/// attribute <c>seed</c> is ignored: the requester chooses the seed.
/// </summary>
internal sealed class RandomOperator : BoundOperator
{
    private const double TwoPi = 6.283185307179586;

    private readonly uint _domain;
    private readonly uint _stream;
    private readonly bool _isNormal;
    private readonly bool _isBernoulli;
    private readonly float _first;
    private readonly float _second;
    private readonly ElementType? _type;
    private readonly ImmutableArray<long> _shape;

    private RandomOperator(NodeBinder binder, string tag, bool isLike)
    {
        binder.Arity(isLike ? 1 : 0, isLike ? 1 : 0);
        binder.Ignore("seed");
        _domain = tag.Aggregate(0u, (word, letter) => (word << 8) | letter);
        _stream = (uint)binder.Node.Ordinal;
        _isNormal = tag[1] == 'N';
        _isBernoulli = tag[0] == 'B';
        if (!_isBernoulli)
        {
            _first = binder.Float(_isNormal ? "mean" : "low", 0f);
            _second = binder.Float(_isNormal ? "scale" : "high", 1f);
        }

        long type = binder.Int("dtype", (long)ElementType.Float32);
        bool isGiven = binder.Node.KindOf("dtype") != Graph.AttributeKind.None;
        _type = isLike && !isGiven ? null : (ElementType)Math.Clamp(type, 0, byte.MaxValue);
        if (_type is ElementType asked && !(_isBernoulli ? ElementTypes.IsKnown(asked) : ElementTypes.IsFloat(asked)))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected the number of a type of floats, got {type}.");
        }

        if (!isLike)
        {
            _shape = binder.Ints("shape");
            if (_shape.IsDefault)
            {
                binder.Refuse(ModelRefusalReason.BadAttribute, "Expected the attribute 'shape'.");
            }
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Bernoulli", 15, binder => new RandomOperator(binder, "BERN", true)),
        new("RandomNormal", 1, binder => new RandomOperator(binder, "RNOR", false)),
        new("RandomNormalLike", 1, binder => new RandomOperator(binder, "RNOL", true)),
        new("RandomUniform", 1, binder => new RandomOperator(binder, "RUNI", false)),
        new("RandomUniformLike", 1, binder => new RandomOperator(binder, "RUNL", true)),
    ];

    private protected override long ElementWork => _isNormal ? 300 : 100;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        var random = new CounterRandom(context.Seed);
        long block = index / (_isNormal ? 2 : 4);
        (uint a, uint b, uint c, uint d) = random.Words(unchecked((uint)block), (uint)(block >> 32), _stream, _domain);
        ElementType type = TypeOf(inputs);
        if (_isNormal)
        {
            (uint radius, uint angle) = index % 2 == 0 ? (a, b) : (c, d);
            double draw = CanonicalMath.Sqrt(-2.0 * CanonicalMath.Log(CounterRandom.Uniform(radius))) * CanonicalMath.Cos(TwoPi * CounterRandom.Uniform(angle));
            return Convert(_first + (_second * draw), type);
        }

        double uniform = CounterRandom.Uniform((index % 4) switch { 0 => a, 1 => b, 2 => c, _ => d });
        if (_isBernoulli)
        {
            double chance = ElementBits.ToDouble(ElementConversion.Convert(inputs.ReadBits(0, index), inputs.TypeOf(0), ElementType.Float64));
            return Convert(uniform < chance ? 1.0 : 0.0, type);
        }

        return Convert(_first + (uniform * ((double)_second - _first)), type);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = _shape.IsDefault ? null : Faults.Shape(_shape.AsSpan(), out shape);
        shape = _shape.IsDefault ? inputs.ShapeOf(0) : shape;
        outputs[0] = new TensorSignature(TypeOf(inputs), shape);
        bool isFloat = _isBernoulli ? ElementTypes.IsFloat(inputs.TypeOf(0)) : ElementTypes.IsFloat(TypeOf(inputs));
        return fault ?? (isFloat ? null : $"Expected floats, got {inputs.SignatureOf(0)}.");
    }

    private static ulong Convert(double value, ElementType type) => ElementConversion.Convert(ElementBits.Of(value), ElementType.Float64, type);

    private ElementType TypeOf(OperatorInputs inputs) => _type ?? inputs.TypeOf(0);
}
