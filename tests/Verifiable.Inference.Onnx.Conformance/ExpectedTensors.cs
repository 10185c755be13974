using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>Reads the suite's tensors and compares outputs with them.</summary>
internal static class ExpectedTensors
{
    // The suite's own tolerance: |a − b| ≤ atol + rtol·|expected|.
    private const double RelativeTolerance = 1e-3;
    private const double AbsoluteTolerance = 1e-7;

    /// <summary>Reads the tensor of a file; a file of another kind (a sequence, text) is a refusal.</summary>
    internal static bool TryRead(string path, [NotNullWhen(true)] out TensorValue? tensor, [NotNullWhen(false)] out string? fault)
    {
        tensor = null;
        byte[] file = File.ReadAllBytes(path);
        if (WireScan.Check(WireRecord.Tensor, file, OnnxReadOptions.Default) is ModelRefusal malformed)
        {
            fault = $"{Path.GetFileName(path)} holds no tensor: {malformed.Message}";
            return false;
        }

        WirePart whole = new(0, file.Length);
        TensorRecord record = new();
        record.Add(new WireFields(file, whole), whole);
        fault = new TensorReader(file, mayKeep: true, OnnxReadOptions.Default, null).TryRead(record, Path.GetFileName(path), out tensor, out ModelRefusal? refusal) ? null : refusal.ToString();
        return fault is null && tensor is not null;
    }

    /// <summary>Lists the files of a data set by their numbers.</summary>
    internal static IEnumerable<(int Number, string Path)> Files(string folder, string kind) => Directory.GetFiles(folder, kind + "_*.pb")
        .Select(path => (Number: Number(Path.GetFileNameWithoutExtension(path)[(kind.Length + 1)..]), Path: path))
        .Where(file => file.Number >= 0)
        .OrderBy(file => file.Number);

    /// <summary>Takes a tensor for what the model declares: older files of the suite store brain floats as integers of the same bits.</summary>
    internal static TensorValue As(ElementType declared, TensorValue tensor) =>
        declared == ElementType.BFloat16 && tensor.Type == ElementType.UInt16 ? TensorValue.Take(declared, tensor.Shape, tensor.Bytes) : tensor;

    /// <summary>Compares types and shapes exactly, floats within the suite's tolerance unless asked for exactness, everything else exactly.</summary>
    /// <returns>What differs first; <see langword="null"/> when nothing does.</returns>
    internal static string? Compare(TensorValue expected, TensorValue actual, bool isExact)
    {
        bool isBits = expected.Type != actual.Type && As(actual.Type, expected) != expected;
        expected = As(actual.Type, expected);
        if (expected.Type != actual.Type || expected.Shape != actual.Shape)
        {
            return $"expected {expected}, got {actual}";
        }

        var left = new TensorInputs([expected]);
        var right = new TensorInputs([actual]);
        bool isFloat = ElementTypes.IsFloat(expected.Type);
        for (int i = 0; i < expected.Length; i++)
        {
            ulong wanted = left.ReadBits(0, i);
            ulong got = right.ReadBits(0, i);
            if (wanted != got && !(isBits && IsNextTo(wanted, got)) && !(isFloat && IsNear(Widen(wanted, expected.Type), Widen(got, expected.Type), isExact)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"element {i} of {expected}: expected {Text(wanted, expected.Type)}, got {Text(got, expected.Type)}");
            }
        }

        return null;
    }

    // NaN is near NaN, and an infinity is near itself only. Where elements only move, a zero keeps its sign.
    private static bool IsNear(double expected, double actual, bool isExact) => isExact
        ? double.IsNaN(expected) && double.IsNaN(actual)
        : expected.Equals(actual) || (double.IsFinite(expected) && Math.Abs(expected - actual) <= AbsoluteTolerance + (RelativeTolerance * Math.Abs(expected)));

    // Files that store brain floats as integers are from a time when the suite cut floats off instead of rounding them, and compared the integers within the
    // tolerance, which lets several units in the last place pass. One is enough.
    private static bool IsNextTo(ulong expected, ulong actual) => actual == expected + 1;

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;

    private static double Widen(ulong bits, ElementType type) => BitConverter.UInt64BitsToDouble(ElementConversion.Convert(bits, type, ElementType.Float64));

    private static string Text(ulong bits, ElementType type) =>
        ElementTypes.IsFloat(type)
            ? Widen(bits, type).ToString("R", CultureInfo.InvariantCulture)
            : unchecked((long)ElementConversion.Convert(bits, type, ElementType.Int64)).ToString(CultureInfo.InvariantCulture);
}
