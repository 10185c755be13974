namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Some binary64 numbers side by side, two vectors of one width. Functions are written once over it; each lane is an element by itself, so that
/// the width never reaches a result.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IDoubleLanes<TSelf>
    where TSelf : struct, IDoubleLanes<TSelf>
{
    /// <summary>Gets the number of lanes.</summary>
    static abstract int Count { get; }

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf Broadcast(double value);

    /// <summary>Reads as many binary32 as there are lanes.</summary>
    static abstract TSelf Widen(ref readonly float source, nuint offset);

    /// <summary>Rounds to binary32 and writes.</summary>
    static abstract void Narrow(TSelf value, ref float destination, nuint offset);

    static abstract TSelf Abs(TSelf value);

    /// <summary>Takes the magnitude of one number and the sign of another.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>The smaller of two numbers; anything if one is NaN.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The larger of two numbers; anything if one is NaN.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>Takes <paramref name="chosen"/> where the two numbers are equal, else <paramref name="other"/>.</summary>
    static abstract TSelf WhereEqual(TSelf left, TSelf right, TSelf chosen, TSelf other);

    /// <summary>Takes <paramref name="chosen"/> where the left number is smaller, else <paramref name="other"/>.</summary>
    static abstract TSelf WhereLess(TSelf left, TSelf right, TSelf chosen, TSelf other);

    /// <summary>Adds the bits as integers.</summary>
    static abstract TSelf AddBits(TSelf left, TSelf right);

    /// <summary>Subtracts the bits as integers.</summary>
    static abstract TSelf SubtractBits(TSelf left, TSelf right);

    static abstract TSelf ShiftBitsLeft(TSelf value, int count);

    static abstract TSelf ShiftBitsRight(TSelf value, int count);

    /// <summary>Reads the entry of a table of 16 that the low 4 bits name.</summary>
    static abstract TSelf Lookup16(ref readonly ulong table, TSelf index);

    /// <summary>Reads the entry of a table of 32 that the low 5 bits name.</summary>
    static abstract TSelf Lookup32(ref readonly ulong table, TSelf index);
}
