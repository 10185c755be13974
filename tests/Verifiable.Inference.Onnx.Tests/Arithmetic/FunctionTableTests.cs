using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Tests.SecondEngine;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

/// <summary>The tables of the elementary functions hold what canonical arithmetic, part 4.1, defines them as: each entry is computed again to 320 bits.</summary>
public sealed class FunctionTableTests
{
    [Fact]
    public void Entries_are_the_nearest_numbers_to_their_definitions()
    {
        Same(FunctionTables.Powers, PlainFunctions.Powers.Select(entry => entry.Nearest));
        Same(FunctionTables.PowerRests, PlainFunctions.Powers.Select(entry => entry.Short));
        Same(FunctionTables.Arctangents, PlainFunctions.Arctangents.Select(entry => entry.Nearest));
        Same(FunctionTables.ArctangentRests, PlainFunctions.Arctangents.Select(entry => entry.Short));
        Same(FunctionTables.Logarithms, PlainFunctions.Logarithms.Select(entry => entry.Nearest));
        Same(FunctionTables.LogarithmRests, PlainFunctions.Logarithms.Select(entry => entry.Short));
        Same(ErfTable.Near, PlainFunctions.Errors.SelectMany(row => row.Take(ErfTable.NearPoints)));
        Same(ErfTable.Far, PlainFunctions.Errors.SelectMany(row => row.Skip(ErfTable.NearPoints)));
    }

    private static void Same(ReadOnlySpan<ulong> table, IEnumerable<double> entries) =>
        Assert.Equal(table.ToArray().Select(bits => $"{bits:x16}"), entries.Select(entry => $"{BitConverter.DoubleToUInt64Bits(entry):x16}"));
}
