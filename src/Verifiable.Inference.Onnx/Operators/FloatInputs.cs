namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Which inputs of an operator are of its float type T. Where they are 16-bit floats, a <see cref="StorageOperator"/> widens them to binary32, runs the
/// operator, and rounds its binary32 outputs once (rule 6 of the canonical arithmetic). <c>default</c> means that the operator sees every type itself.
/// </summary>
/// <param name="Mask">A bit an input; inputs beyond the 63rd share its bit.</param>
/// <param name="HasDouble">Whether the operator takes binary64 in the place of binary32 too, by the same sequences in binary64.</param>
/// <param name="SingleOutputs">A bit an output that stays binary32 whatever T is.</param>
internal readonly record struct FloatInputs(ulong Mask, bool HasDouble = true, ulong SingleOutputs = 0)
{
    /// <summary>Gets the choice of all inputs.</summary>
    internal static FloatInputs All => new(ulong.MaxValue);

    /// <summary>Makes the choice of some inputs.</summary>
    internal static FloatInputs Of(params ReadOnlySpan<int> inputs)
    {
        ulong mask = 0;
        foreach (int input in inputs)
        {
            mask |= 1UL << input;
        }

        return new FloatInputs(mask);
    }

    /// <summary>Tells whether an input is of the float type.</summary>
    internal bool Contains(int input) => ((Mask >> Math.Min(input, 63)) & 1) != 0;

    /// <summary>Tells whether an output stays binary32.</summary>
    internal bool KeepsSingle(int output) => output < 64 && ((SingleOutputs >> output) & 1) != 0;
}
