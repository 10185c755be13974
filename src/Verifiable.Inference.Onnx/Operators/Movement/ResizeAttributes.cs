using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What a Resize or Upsample of any version says about coordinates and weights. Immutable and thread-safe.</summary>
internal sealed class ResizeAttributes
{
    private ResizeAttributes(NodeBinder binder, bool isOld)
    {
        string mode = binder.Text("mode", "nearest");
        Mode = mode is "bilinear" or "trilinear" && isOld ? "linear" : mode;
        Coordinates = "asymmetric";
        Nearest = "simple";
        Policy = "stretch";
        CubicCoefficient = -0.75f;
        string[] modes = isOld ? ["nearest", "linear"] : ["nearest", "linear", "cubic"];
        Require(binder, modes, "mode", Mode);
        if (!isOld)
        {
            ReadTransformation(binder);
        }

        if (!isOld && binder.Opset >= 18)
        {
            Antialias = binder.Flag("antialias");
            Axes = binder.Ints("axes");
            Policy = binder.Text("keep_aspect_ratio_policy", "stretch");
            Require(binder, ["stretch", "not_larger", "not_smaller"], "keep_aspect_ratio_policy", Policy);
        }
    }

    internal string Mode { get; }

    internal string Coordinates { get; private set; }

    /// <summary>Gets how nearest coordinates are rounded: <c>simple</c> is the rule of versions before 11, up where the axis shrinks and down elsewhere.</summary>
    internal string Nearest { get; private set; }

    internal float CubicCoefficient { get; private set; }

    internal bool ExcludesOutside { get; private set; }

    internal float Extrapolation { get; private set; }

    internal bool Antialias { get; }

    /// <summary>Gets the axes that scales, sizes and regions are of; the <c>default</c> array for all.</summary>
    internal ImmutableArray<long> Axes { get; }

    internal string Policy { get; }

    /// <summary>Gets a value indicating whether a region of the input is mapped to the output.</summary>
    internal bool HasRegion => Coordinates == "tf_crop_and_resize";

    internal static ResizeAttributes OfResize(NodeBinder binder) => new(binder, binder.Opset < 11);

    internal static ResizeAttributes OfUpsample(NodeBinder binder) => new(binder, true);

    private static void Require(NodeBinder binder, string[] expected, string name, string actual)
    {
        if (!expected.Contains(actual))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected '{name}' to be one of [{string.Join(", ", expected)}], got '{actual}'.");
        }
    }

    private void ReadTransformation(NodeBinder binder)
    {
        Coordinates = binder.Text("coordinate_transformation_mode", "half_pixel");
        List<string> coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize"];
        if (binder.Opset < 13)
        {
            coordinates.Add("tf_half_pixel_for_nn");
        }

        if (binder.Opset >= 19)
        {
            coordinates.Add("half_pixel_symmetric");
        }

        Require(binder, [.. coordinates], "coordinate_transformation_mode", Coordinates);
        Nearest = binder.Text("nearest_mode", "round_prefer_floor");
        Require(binder, ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"], "nearest_mode", Nearest);
        CubicCoefficient = binder.Float("cubic_coeff_a", -0.75f);
        ExcludesOutside = binder.Flag("exclude_outside");
        Extrapolation = binder.Float("extrapolation_value", 0f);
        if (!float.IsFinite(CubicCoefficient) || float.IsNaN(Extrapolation) || binder.Node.KindOf("extrapolation_value") is not (AttributeKind.None or AttributeKind.Float))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a finite cubic_coeff_a and an extrapolation_value, got {CubicCoefficient} and {Extrapolation}.");
        }
    }
}
