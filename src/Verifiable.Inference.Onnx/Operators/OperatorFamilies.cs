using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The families of the catalog. A new operator is written into its family's line; a law compares the lines with what the families define.</summary>
internal static class OperatorFamilies
{
    /// <summary>Gets the families of operators.</summary>
    internal static ImmutableArray<OperatorFamily<OperatorDefinition>> Operators { get; } =
    [
        new("Celu Elu Mish QuickGelu Selu Swish", () => ActivationOperators.Definitions),
        new("ArgMax ArgMin", () => ArgExtremeOperator.Definitions),
        new("Add Div Mul PRelu Sub", () => ArithmeticOperators.Definitions),
        new("AttentionBias", () => [AttentionBiasOperator.Definition]),
        new("BatchNormalization", () => [BatchNormalizationOperator.Definition]),
        new("BitCast", () => [BitCastOperator.Definition]),
        new("And BitShift BitwiseAnd BitwiseOr BitwiseXor Or Xor", () => BitwiseOperators.Definitions),
        new("Cast CastLike", () => CastOperator.Definitions),
        new("GroupNormalization InstanceNormalization", () => ChannelNormalizationOperator.Definitions),
        new("Clip", () => ClipOperator.Definitions),
        new("Col2Im", () => [Col2ImOperator.Definition]),
        new("Equal Greater GreaterOrEqual Less LessOrEqual", () => ComparisonOperators.Definitions),
        new("Concat", () => [ConcatOperator.Definition]),
        new("Conv", () => [ConvOperator.Definition]),
        new("ConvTranspose", () => [ConvTransposeOperator.Definition]),
        new("DepthToSpace SpaceToDepth", () => DepthSpaceOperator.Definitions),
        new("DequantizeLinear", () => [DequantizeLinearOperator.Definition]),
        new("Dropout", () => [DropoutOperator.Definition]),
        new("DynamicQuantizeLinear", () => [DynamicQuantizeLinearOperator.Definition]),
        new("Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Exp Floor Log Reciprocal Round Sigmoid Sin Sinh Softplus Sqrt Tan Tanh", () => FloatOperators.Definitions),
        new("BiasGelu FastGelu Gelu", () => GeluOperators.Definitions),
        new("Gemm", () => [GemmOperator.Definition]),
        new("GlobalAveragePool GlobalLpPool GlobalMaxPool", () => GlobalPoolOperator.Definitions),
        new("GRU", () => [GruOperator.Definition]),
        new("LayerNormalization RMSNormalization SimplifiedLayerNormalization", () => LayerNormalizationOperator.Definitions),
        new("LRN", () => [LocalResponseNormalizationOperator.Definition]),
        new("LpNormalization", () => [LpNormalizationOperator.Definition]),
        new("LpPool", () => [LpPoolOperator.Definition]),
        new("LSTM", () => [LstmOperator.Definition]),
        new("MatMulNBits", () => [MatMulNBitsOperator.Definition]),
        new("FusedMatMul MatMul", () => MatMulOperator.Definitions),
        new("MaxUnpool", () => [MaxUnpoolOperator.Definition]),
        new("AffineGrid CenterCropPad Compress ConstantOfShape CumProd CumSum Det Einsum Expand EyeLike Gather GatherElements GatherND GridSample Hardmax MelWeightMatrix NonMaxSuppression NonZero OneHot Pad Range ReverseSequence Scatter ScatterElements ScatterND Shape Size Slice Split Squeeze Tile TopK Trilu Unique Unsqueeze", () => MovementOperators.Definitions),
        new("Multinomial", () => [MultinomialOperator.Definition]),
        new("Abs BitwiseNot Neg Relu Shrink Sign", () => NumberOperators.Definitions),
        new("HardSigmoid HardSwish LeakyRelu Softsign ThresholdedRelu", () => PiecewiseOperators.Definitions),
        new("AveragePool MaxPool", () => PoolOperator.Definitions),
        new("Pow", () => [PowerOperator.Definition]),
        new("QuantizeLinear", () => [QuantizeLinearOperator.Definition]),
        new("ConvInteger QLinearConv", () => QuantizedConvOperator.Definitions),
        new("MatMulInteger QLinearMatMul", () => QuantizedMatMulOperator.Definitions),
        new("Bernoulli RandomNormal RandomNormalLike RandomUniform RandomUniformLike", () => RandomOperator.Definitions),
        new("ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare", () => ReduceOperator.Definitions),
        new("Mod", () => RemainderOperators.Definitions),
        new("Resize Upsample", () => ResizeOperator.Definitions),
        new("RNN", () => [RnnOperator.Definition]),
        new("RoiAlign", () => [RoiAlignOperator.Definition]),
        new("LogSoftmax Softmax", () => SoftmaxOperator.Definitions),
        new("DFT STFT", () => SpectrumOperator.Definitions),
        new("TensorScatter", () => [TensorScatterOperator.Definition]),
        new("IsInf IsNaN Not", () => TestOperators.Definitions),
        new("Transpose", () => [TransposeOperator.Definition]),
        new("Max Mean Min Sum", () => VariadicOperators.Definitions),
        new("Flatten Identity Reshape", () => ViewOperators.Definitions),
        new("Where", () => [WhereOperator.Definition]),
        new("BlackmanWindow HammingWindow HannWindow", () => WindowFunctionOperator.Definitions),
    ];

    /// <summary>Tells whether a graph node draws by chance.</summary>
    internal static bool Draws(Graph.GraphNode node) =>
        node.Domain.Length == 0 && node.OperatorType is ("Bernoulli" or "Multinomial" or "RandomNormal" or "RandomNormalLike" or "RandomUniform" or "RandomUniformLike");

    /// <summary>Gets the families of operators that are defined by an expansion.</summary>
    internal static ImmutableArray<OperatorFamily<CompositeDefinition>> Composites { get; } =
    [
        new("Attention", () => AttentionDefinition.Definitions),
        new("BatchNormalization", () => [BatchNormalizationTraining.Definition]),
        new("Attention MultiHeadAttention", () => FusedAttentionDefinitions.Definitions),
        new("GroupQueryAttention", () => GroupQueryDefinition.Definitions),
        new("FusedConv", () => [FusedConvOperator.Definition]),
        new("DequantizeLinear DynamicQuantizeMatMul MatMulIntegerToFloat QGemm QLinearAdd QLinearAveragePool QLinearConcat QLinearGlobalAveragePool QLinearLeakyRelu QLinearMul QLinearSigmoid QLinearSoftmax QuantizeLinear", () => QuantizedDefinitions.Definitions),
        new("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss", () => LossDefinitions.Definitions),
        new("MeanVarianceNormalization", () => [MeanVarianceNormalizationDefinition.Definition]),
        new("RotaryEmbedding", () => RotaryEmbeddingDefinitions.Definitions),
        new("EmbedLayerNormalization SkipLayerNormalization SkipSimplifiedLayerNormalization", () => SkipNormalizationDefinitions.Definitions),
    ];
}
