using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The attributes of a sliding window over spatial axes: kernel, strides, dilations and padding of Conv and of pooling. Immutable.</summary>
internal sealed class WindowGeometry
{
    private readonly ImmutableArray<long> _kernel;
    private readonly ImmutableArray<long> _strides;
    private readonly ImmutableArray<long> _dilations;
    private readonly ImmutableArray<long> _pads;
    private readonly string _autoPad;
    private readonly bool _ceils;

    internal WindowGeometry(NodeBinder binder, bool isPool, bool dilates, bool ceils = true)
    {
        _kernel = binder.Ints("kernel_shape");
        _strides = binder.Ints("strides");
        _dilations = dilates ? binder.Ints("dilations") : default;
        _pads = binder.Ints("pads");
        _autoPad = binder.Text("auto_pad", "NOTSET");
        _ceils = isPool && ceils && binder.Opset >= 10 && binder.Flag("ceil_mode");
        if (isPool && _kernel.IsDefault)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected the attribute 'kernel_shape', got none.");
        }

        if (_autoPad is not ("NOTSET" or "SAME_UPPER" or "SAME_LOWER" or "VALID"))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected auto_pad NOTSET, SAME_UPPER, SAME_LOWER or VALID, got '{_autoPad}'.");
        }

        Require(binder, "kernel_shape", _kernel, 1);
        Require(binder, "strides", _strides, 1);
        Require(binder, "dilations", _dilations, 1);
        Require(binder, "pads", _pads, 0);
        if (isPool && _autoPad == "NOTSET" && PadsReachWindow())
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected pads smaller than the window, which would stand on padding only, got [{string.Join(", ", _pads)}].");
        }
    }

    /// <summary>Gets the spatial lengths of the window, where the attribute states them.</summary>
    internal ImmutableArray<long> Kernel => _kernel;

    /// <summary>Places the window over an input of shape [batch, channels, spatial axes…].</summary>
    /// <param name="input">The input's shape.</param>
    /// <param name="kernel">The window's spatial lengths.</param>
    /// <param name="plan">Where the window stands.</param>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    internal string? Place(TensorShape input, ReadOnlySpan<long> kernel, out WindowPlan plan)
    {
        plan = null!;
        int axes = input.Rank - 2;
        if (axes < 1 || kernel.Length != axes)
        {
            return $"Expected an input of batch, channels and {kernel.Length} spatial axes, at least one, got {input}.";
        }

        if (Wrong(_strides, axes) || Wrong(_dilations, axes) || Wrong(_pads, 2 * axes))
        {
            return $"Expected strides and dilations of {axes} and pads of {2 * axes} entries for {input}.";
        }

        Int128 taps = 1;
        var placed = new WindowPlan(axes);
        for (int axis = 0; axis < axes; axis++)
        {
            Int128 length = input[axis + 2];
            long stride = _strides.IsDefaultOrEmpty ? 1 : _strides[axis];
            long dilation = _dilations.IsDefaultOrEmpty ? 1 : _dilations[axis];
            Int128 extent = ((Int128)(kernel[axis] - 1) * dilation) + 1;
            Int128 before = _autoPad != "NOTSET" || _pads.IsDefaultOrEmpty ? 0 : _pads[axis];
            Int128 after = _autoPad != "NOTSET" || _pads.IsDefaultOrEmpty ? 0 : _pads[axis + axes];
            if (_autoPad is "SAME_UPPER" or "SAME_LOWER")
            {
                Int128 total = Int128.Max(0, ((((length + stride - 1) / stride) - 1) * (Int128)stride) + extent - length);
                before = _autoPad == "SAME_UPPER" ? total / 2 : total - (total / 2);
                after = total - before;
            }

            Int128 room = length + before + after - extent;
            taps *= kernel[axis];
            if (room < 0 || room > int.MaxValue / 2 || extent > int.MaxValue / 2 || taps > long.MaxValue)
            {
                return $"Expected a window of extent {extent} to fit into axis {axis + 2} of {input} padded by {before} and {after}.";
            }

            long count = (long)(_ceils ? (room + stride - 1) / stride : room / stride) + 1;
            if (_ceils && (count - 1) * (Int128)stride >= length + before)
            {
                // With rounding up, a window that would start in the padding after the input is left out.
                count--;
            }

            placed.Set(axis, (long)length, kernel[axis], count, stride, dilation, (long)before, (long)after);
        }

        plan = placed;
        return null;
    }

    /// <summary>Places the window so that the places are the elements of an input of shape [batch, channels, spatial axes…], and what it moves over is the output.</summary>
    /// <param name="input">The input's shape.</param>
    /// <param name="kernel">The window's spatial lengths.</param>
    /// <param name="outputPadding">What is added to the output's lengths; empty for nothing.</param>
    /// <param name="outputShape">The output's spatial lengths, where they are stated: padding follows from them.</param>
    /// <param name="plan">Where the window stands; its inputs are the output.</param>
    internal string? PlaceTransposed(TensorShape input, ReadOnlySpan<long> kernel, ImmutableArray<long> outputPadding, ImmutableArray<long> outputShape, out WindowPlan plan)
    {
        plan = null!;
        int axes = input.Rank - 2;
        int stated = outputShape.IsDefaultOrEmpty ? axes : outputShape.Length;
        if (Wrong(_strides, axes) || Wrong(_dilations, axes) || Wrong(_pads, 2 * axes) || Wrong(outputPadding, axes) || (stated != axes && stated != axes + 2))
        {
            return $"Expected strides, dilations, output_padding and output_shape of {axes} and pads of {2 * axes} entries for {input}.";
        }

        Int128 taps = 1;
        var placed = new WindowPlan(axes);
        for (int axis = 0; axis < axes; axis++)
        {
            Int128 length = input[axis + 2];
            long stride = _strides.IsDefaultOrEmpty ? 1 : _strides[axis];
            long dilation = _dilations.IsDefaultOrEmpty ? 1 : _dilations[axis];
            long more = outputPadding.IsDefaultOrEmpty ? 0 : outputPadding[axis];
            Int128 before = _autoPad != "NOTSET" || _pads.IsDefaultOrEmpty ? 0 : _pads[axis];
            Int128 after = _autoPad != "NOTSET" || _pads.IsDefaultOrEmpty ? 0 : _pads[axis + axes];
            Int128 whole = ((length - 1) * stride) + more + ((kernel[axis] - 1) * (Int128)dilation) + 1;
            Int128 result = whole - before - after;
            if (!outputShape.IsDefaultOrEmpty || _autoPad is "SAME_UPPER" or "SAME_LOWER")
            {
                result = outputShape.IsDefaultOrEmpty ? length * stride : outputShape[axis + stated - axes];
                Int128 total = Int128.Max(0, whole - result);
                before = _autoPad == "SAME_UPPER" ? total / 2 : total - (total / 2);
                after = total - before;
            }

            taps = Int128.Min(taps * kernel[axis], long.MaxValue);
            if (length == 0 || taps > int.MaxValue || more < 0 || more > int.MaxValue || result < 0 || result > int.MaxValue || before + after > int.MaxValue || whole > int.MaxValue)
            {
                return $"Expected an output on axis {axis + 2} of {input} within 2^31 elements, got {result} of {whole}.";
            }

            placed.Set(axis, (long)result, kernel[axis], (long)length, stride, dilation, (long)before, (long)after);
        }

        plan = placed;
        return null;
    }

    /// <summary>Computes the shape that a window was moved over to have an input's shape as places: (n − 1)·stride − pads + kernel an axis.</summary>
    internal string? Spread(TensorShape input, out TensorShape shape)
    {
        shape = default;
        int axes = input.Rank - 2;
        if (axes < 1 || _kernel.Length != axes || Wrong(_strides, axes) || Wrong(_pads, 2 * axes) || _autoPad != "NOTSET")
        {
            return $"Expected an input of batch, channels and {_kernel.Length} spatial axes, as many strides, twice as many pads and no auto_pad, got {input}.";
        }

        long[] lengths = [.. input.Lengths];
        for (int axis = 0; axis < axes; axis++)
        {
            long stride = _strides.IsDefaultOrEmpty ? 1 : _strides[axis];
            long pads = _pads.IsDefaultOrEmpty ? 0 : _pads[axis] + _pads[axis + axes];
            Int128 length = ((input[axis + 2] - 1) * (Int128)stride) - pads + _kernel[axis];
            if (length < 0 || length > long.MaxValue)
            {
                return $"Expected an input and a window that give an output, got {input}.";
            }

            lengths[axis + 2] = (long)length;
        }

        return Faults.Shape(lengths, out shape);
    }

    // Whether some padding is as long as the window: a place of the window would have no element under it.
    private bool PadsReachWindow()
    {
        int axes = _kernel.IsDefault ? 0 : _kernel.Length;
        for (int i = 0; !_pads.IsDefault && _pads.Length == 2 * axes && i < _pads.Length; i++)
        {
            long dilation = _dilations.IsDefault || _dilations.Length != axes ? 1 : _dilations[i % axes];
            if (_pads[i] > ((Int128)_kernel[i % axes] - 1) * dilation)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Wrong(ImmutableArray<long> values, int count) => !values.IsDefaultOrEmpty && values.Length != count;

    private static void Require(NodeBinder binder, string name, ImmutableArray<long> values, long least)
    {
        if (!values.IsDefault && values.Any(value => value < least || value > int.MaxValue))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected entries of '{name}' in [{least}, 2^31), got [{string.Join(", ", values)}].");
        }
    }
}
