using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of operators that draw, of windows and spectra, of determinants and of sums by an equation.</summary>
internal static class MakingCases
{
    private static readonly ElementType[] _floats = [ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16];

    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Bernoulli", (random, opset) => Like("Bernoulli", random, opset, CaseTypes.All)),
        ("BlackmanWindow", (random, opset) => Window("BlackmanWindow", random, opset)),
        ("DFT", Dft),
        ("Det", Det),
        ("Einsum", Einsum),
        ("HammingWindow", (random, opset) => Window("HammingWindow", random, opset)),
        ("HannWindow", (random, opset) => Window("HannWindow", random, opset)),
        ("Hardmax", Hardmax),
        ("MelWeightMatrix", MelWeightMatrix),
        ("RandomNormal", (random, opset) => Draw("RandomNormal", random, opset)),
        ("RandomNormalLike", (random, opset) => Like("RandomNormalLike", random, opset, _floats)),
        ("RandomUniform", (random, opset) => Draw("RandomUniform", random, opset)),
        ("RandomUniformLike", (random, opset) => Like("RandomUniformLike", random, opset, _floats)),
        ("STFT", Stft),
    ];

    private static OperatorCase Like(string name, CaseRandom random, int opset, ElementType[] types)
    {
        TensorValue input = random.Tensor(random.Type(_floats), random.Lengths(0, 3, 5, true));
        return random.Coin() ? OperatorCase.Of(name, opset, [input], []) : OperatorCase.Of(name, opset, [input], [], ("dtype", AttributeValue.Of((long)random.Type(types))));
    }

    private static OperatorCase Draw(string name, CaseRandom random, int opset)
    {
        bool isNormal = name == "RandomNormal";
        return OperatorCase.Of(name, opset, [], [], ("shape", AttributeValue.Of(random.Lengths(1, 3, 5, true))), ("dtype", AttributeValue.Of((long)random.Type(_floats))),
            (isNormal ? "mean" : "low", AttributeValue.Of(random.Float())), (isNormal ? "scale" : "high", AttributeValue.Of(random.Float())));
    }

    private static OperatorCase Window(string name, CaseRandom random, int opset)
    {
        int length = random.IsSpecial ? random.Between(0, 2) : random.Between(2, 20);
        TensorValue size = random.Coin() ? TensorValue.Create([(long)length], default(TensorShape)) : TensorValue.Create([length], default(TensorShape));
        return OperatorCase.Of(name, opset, [size], [], ("periodic", AttributeValue.Of(random.Next(2))), ("output_datatype", AttributeValue.Of((long)random.Type(_floats))));
    }

    private static OperatorCase Det(CaseRandom random, int opset)
    {
        long size = random.Length(5, true);
        return OperatorCase.Of("Det", opset, [random.Floats([.. random.Lengths(0, 2, 3, true), size, size])], []);
    }

    private static OperatorCase Hardmax(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 5, true);
        int axis = random.Between(opset < 11 ? 0 : -shape.Length, shape.Length - 1);
        return OperatorCase.Of("Hardmax", opset, [CaseRandom.Convert(random.Floats(shape), random.Type(_floats))], axis == 0 || axis == -shape.Length ? [] : [0], ("axis", AttributeValue.Of(axis)));
    }

    private static OperatorCase Einsum(CaseRandom random, int opset)
    {
        string[] equations =
        [
            "ij,jk->ik", "bij,bjk->bik", "bhid,bhjd->bhij", "ii->i", "ij->ji", "i,i", "ij->", "ij,kj", "...ij,...jk->...ik", "b...d,d->b...", "abc,cd,def->afbe", "i,j->ij", "bi,bj,bk->ijk", "...ii->...i", "ijj,jk->ki", "aij,bj->", " i j , j -> i ",
        ];
        string equation = equations[random.Next(equations.Length)];
        Dictionary<char, long> lengths = [];
        long Length(char letter) => lengths.TryGetValue(letter, out long known) ? known : lengths[letter] = random.Next(6) == 0 ? 260 / equation.Length : random.Length(5, true);
        long[] middle = random.Lengths(0, 2, 3);
        string[] terms = equation.Replace(" ", "", StringComparison.Ordinal).Split("->")[0].Split(',');
        bool isFloat = random.Next(4) != 0;
        ElementType type = isFloat ? ElementType.Float32 : random.Type(CaseTypes.Numbers);
        TensorValue?[] inputs = [.. terms.Select(term =>
        {
            List<long> shape = [];
            for (int i = 0; i < term.Length; i++)
            {
                if (term[i] == '.')
                {
                    shape.AddRange(middle.Skip(random.Next(middle.Length + 1)).Select(length => random.Next(4) == 0 ? 1 : length));
                    i += 2;
                    continue;
                }

                shape.Add(Length(term[i]));
            }

            return random.Tensor(type, [.. shape]);
        })];
        return OperatorCase.Of("Einsum", opset, inputs, [], ("equation", AttributeValue.Of(equation)));
    }

    private static OperatorCase MelWeightMatrix(CaseRandom random, int opset)
    {
        long rate = random.Between(4000, 16000);
        return OperatorCase.Of("MelWeightMatrix", opset,
            [Scalar((long)random.Between(1, 8)), Scalar((long)random.Between(2, 40)), Scalar(rate), Scalar((float)random.Between(0, 500)), Scalar((float)random.Between(1000, (int)rate / 2))], [],
            ("output_datatype", AttributeValue.Of((long)random.Type(_floats))));
    }

    private static TensorValue Scalar<T>(T value)
        where T : unmanaged => TensorValue.Create([value], default(TensorShape));

    private static OperatorCase Dft(CaseRandom random, int opset)
    {
        long[] lengths = random.Lengths(1, 3, 9);
        bool isInverse = random.Coin();
        bool isOneSided = !isInverse && random.Coin();
        long parts = isOneSided || random.Coin() ? 1 : 2;
        int axis = random.Next(lengths.Length);
        int named = random.Coin() ? axis : axis - lengths.Length - 1;
        TensorValue input = random.Floats([.. lengths, parts]);
        TensorValue? length = random.Coin() ? null : Scalar((long)random.Between(1, 12));
        (string, AttributeValue)[] flags = [("inverse", AttributeValue.Of(isInverse ? 1 : 0)), ("onesided", AttributeValue.Of(isOneSided ? 1 : 0))];
        return opset < 20
            ? OperatorCase.Of("DFT", opset, length is null ? [input] : [input, length], axis == 0 ? [] : [0], [("axis", AttributeValue.Of(named)), .. flags])
            : OperatorCase.Of("DFT", opset, [input, length, Scalar((long)named)], axis == 0 ? [] : [0], flags);
    }

    private static OperatorCase Stft(CaseRandom random, int opset)
    {
        bool isOneSided = random.Coin();
        long parts = isOneSided || random.Coin() ? 1 : 2;
        int frame = random.Between(1, 8);
        TensorValue signal = random.Floats(random.Length(3), frame + random.Next(9), parts);
        TensorValue? window = random.Coin() ? null : random.Floats(frame);
        TensorValue? length = window is null || random.Coin() ? Scalar((long)frame) : null;
        TensorValue?[] inputs = [signal, Scalar((long)random.Between(1, 4)), window, length];
        return OperatorCase.Of("STFT", opset, length is null ? inputs[..^1] : inputs, [0], ("onesided", AttributeValue.Of(isOneSided ? 1 : 0)));
    }
}
