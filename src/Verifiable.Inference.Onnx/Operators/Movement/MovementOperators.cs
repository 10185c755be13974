using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The operators that move, select, make and search elements, but for those that define themselves.</summary>
internal static class MovementOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("AffineGrid", 20, binder => new AffineGridOperator(binder), floats: FloatInputs.Of(0)),
        new("CenterCropPad", 18, binder => new CenterCropPadOperator(binder)),
        new("Compress", 9, binder => new CompressOperator(binder)),
        new("ConstantOfShape", 9, binder => new ConstantOfShapeOperator(binder)),
        new("CumProd", 26, binder => new CumulativeOperator(binder, true), floats: FloatInputs.Of(0)),
        new("CumSum", 11, binder => new CumulativeOperator(binder, false), floats: FloatInputs.Of(0)),
        new("Det", 11, binder => new DetOperator(binder), floats: FloatInputs.Of(0)),
        new("Einsum", 12, binder => new EinsumOperator(binder), floats: FloatInputs.All),
        new("Expand", 8, binder => new ExpandOperator(binder)),
        new("EyeLike", 9, binder => new EyeLikeOperator(binder)),
        new("Gather", 1, binder => new GatherOperator(binder)),
        new("GatherElements", 11, binder => new GatherElementsOperator(binder)),
        new("GatherND", 11, binder => new GatherNdOperator(binder)),
        new("GridSample", 16, binder => new GridSampleOperator(binder), floats: FloatInputs.Of(0)),
        new("Hardmax", 1, binder => new HardmaxOperator(binder)),
        new("MelWeightMatrix", 17, binder => new MelWeightMatrixOperator(binder)),
        new("NonMaxSuppression", 10, binder => new NonMaxSuppressionOperator(binder)),
        new("NonZero", 9, binder => new NonZeroOperator(binder)),
        new("OneHot", 9, binder => new OneHotOperator(binder)),
        new("Pad", 2, binder => new PadOperator(binder)),
        new("Range", 11, binder => new RangeOperator(binder)),
        new("ReverseSequence", 10, binder => new ReverseSequenceOperator(binder)),

        // Reductions came with version 16; the rest only moves, whatever the type.
        new("Scatter", 9, binder => new ScatterElementsOperator(binder), 10),
        new("ScatterElements", 11, binder => new ScatterElementsOperator(binder), 15),
        new("ScatterElements", 16, binder => new ScatterElementsOperator(binder), floats: FloatInputs.Of(0, 2)),
        new("ScatterND", 11, binder => new ScatterNdOperator(binder), 15),
        new("ScatterND", 16, binder => new ScatterNdOperator(binder), floats: FloatInputs.Of(0, 2)),
        new("Shape", 1, binder => new ShapeOperator(binder)),
        new("Size", 1, binder => new SizeOperator(binder)),
        new("Slice", 1, binder => new SliceOperator(binder)),
        new("Split", 2, binder => new SplitOperator(binder)),
        new("Squeeze", 1, binder => new SqueezeOperator(binder)),
        new("Tile", 6, binder => new TileOperator(binder)),
        new("TopK", 1, binder => new TopKOperator(binder)),
        new("Trilu", 14, binder => new TriluOperator(binder)),
        new("Unique", 11, binder => new UniqueOperator(binder)),
        new("Unsqueeze", 1, binder => new UnsqueezeOperator(binder)),
    ];
}
