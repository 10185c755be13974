namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Where one coordinate of a grid lies along an axis: the elements around it and their weights, in binary32.</summary>
internal readonly struct GridTaps
{
    // Far beyond any axis, and a float that holds its neighbours' integers exactly enough.
    private const float Farthest = 1e9f;
    private const float CubicCoefficient = -0.75f;

    private readonly long _first;
    private readonly float _fraction;
    private readonly string _padding;
    private readonly long _length;
    private readonly float _low;
    private readonly float _high;
    private readonly string _mode;

    internal GridTaps(float coordinate, long length, string mode, string padding, bool aligns)
    {
        (_length, _padding, _mode) = (length, padding, mode);
        _low = aligns ? 0f : -0.5f;
        _high = aligns ? length - 1 : length - 0.5f;
        float at = aligns ? (coordinate + 1f) / 2f * (length - 1) : (((coordinate + 1f) * length) - 1f) / 2f;
        at = mode == "nearest" ? MathF.Round(at, MidpointRounding.ToEven) : at;

        // Of a cubic, only the taps are padded, not the place itself.
        if (padding == "border" && mode != "cubic")
        {
            at = MathF.Min(MathF.Max(at, 0f), length - 1);
        }
        else if (padding == "reflection" && mode != "cubic")
        {
            at = Reflect(at);
        }

        // NaN is far below.
        at = at >= -Farthest ? MathF.Min(at, Farthest) : -Farthest;
        float floor = MathF.Floor(at);
        _fraction = at - floor;
        _first = (long)floor - (mode == "cubic" ? 1 : 0);
    }

    internal int Count => _mode switch
    {
        "nearest" => 1,
        "linear" => 2,
        _ => 4,
    };

    /// <summary>Gets the coordinate of a tap; −1 where it is outside and the padding zero.</summary>
    internal long Place(int tap)
    {
        long at = _first + tap;
        if (at >= 0 && at < _length)
        {
            return at;
        }

        return _padding switch
        {
            "zeros" => -1,
            "border" => Math.Clamp(at, 0, _length - 1),
            _ => Inside(Reflect(at)),
        };
    }

    /// <summary>Gets the weight of a tap.</summary>
    internal float Weight(int tap)
    {
        if (_mode == "nearest")
        {
            return 1f;
        }

        if (_mode == "linear")
        {
            return tap == 0 ? 1f - _fraction : _fraction;
        }

        float distance = MathF.Abs(tap - 1 - _fraction);
        const float a = CubicCoefficient;
        return distance <= 1f
            ? ((((a + 2f) * distance) - (a + 3f)) * distance * distance) + 1f
            : ((((a * distance) - (5f * a)) * distance) + (8f * a)) * distance - (4f * a);
    }

    private float Reflect(float at)
    {
        float range = _high - _low;
        if (!(range > 0f))
        {
            return _low;
        }

        if (at >= _low && at <= _high)
        {
            return at;
        }

        bool isBelow = at < _low;
        float distance = isBelow ? _low - at : at - _high;
        float turns = MathF.Floor(distance / range);
        float rest = distance - (turns * range);
        bool isOdd = turns - (2f * MathF.Floor(turns / 2f)) != 0f;
        return isBelow != isOdd ? _low + rest : _high - rest;
    }

    // Cut toward zero; NaN is 0.
    private long Inside(float at) => at >= _length - 1 ? _length - 1 : at > 0f ? (long)at : 0;
}
