using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>How one convolution runs for one input shape: how the input is laid out, and what the contraction's columns are. No bit depends on it. Immutable and
/// thread-safe.</summary>
internal sealed class ConvPlan
{
    /// <summary>The most places that are packed at once where they are rows: a multiple of the rows of a tile.</summary>
    internal const int PlacesAtOnce = 85 * 12;

    // Groups with so few output channels do not pay for packing.
    private const int MostRowsOfDirect = 4;

    // What a thread packs of the places, and the sums of them, stay in the second cache with as many elements.
    private const int ElementsOfChunk = 131072;

    // Fewer places do not pay for reading the weights.
    private const int LeastOfChunk = 24;

    // Weights that are not longer are read from the third cache when another thread reads them too.
    private const int ElementsReadTwice = 524288;

    // From so many output channels for each product on, threads share the channels.
    private const int LeastRowsOfProduct = 5;

    // A panel's slice of the packed places stays in the second cache with as many elements.
    private const int ElementsOfStrip = 65536;

    // Smaller planes are packed where places are rows: a tile's places would take up as much of the nearest cache as all of them.
    private const int MostPlacesPackedAsRows = 64;

    // The sums of as many tiles and one panel stay in the second cache.
    private const int MostTiles = 28;

    /// <summary>Creates the plan.</summary>
    /// <param name="window">Where the window stands.</param>
    /// <param name="input">The input's shape.</param>
    /// <param name="weights">The weights' shape, without an axis of length 0.</param>
    /// <param name="groups">The number of groups.</param>
    internal ConvPlan(WindowPlan window, TensorShape input, TensorShape weights, int groups)
    {
        Input = input;
        Weights = weights;
        Window = IsPointwise(window) ? Flat(window) : window;
        Layout = new WindowLayout(Window);
        Groups = groups;
        Batch = (int)input[0];
        Channels = (int)weights[1];
        Rows = (int)(weights[0] / groups);
        Places = checked((int)Window.Places);
        Area = checked((int)Window.Area);
        int taps = Layout.TapOffsets.Length;
        Depth = checked(Channels * taps);
        Taps = RepeatTaps(Layout.TapOffsets, Channels, Layout.IsInput ? Area : Layout.PlaneLength);
        Form = ChooseForm(Window, Rows, Depth, groups);
        IsInStrips = Form == ConvForm.Direct && Channels == 1 && StripContraction.Fits(Window);
        IsTapByTap = Form == ConvForm.PlacesAreRows && TapContraction.Fits(Window, Rows);
        BorderTaps = Form == ConvForm.Direct && Channels == 1 && !IsInStrips && BorderedContraction.Fits(Window) ? BorderedContraction.Taps((int)Window.Inputs[1]) : null;
        Halves = Form == ConvForm.Direct && Channels == 1 && HalvingContraction.Fits(Window);
        IsNarrow = Form == ConvForm.Direct && Channels == 1 && NarrowContraction.Fits(Window);
        ScratchOfDirect = Math.Max(WindowPlanes.ScratchLength(Layout), BorderTaps is null ? 0 : (int)BorderedContraction.ScratchLength(Window));
    }

    internal TensorShape Input { get; }

    internal TensorShape Weights { get; }

    internal WindowPlan Window { get; }

    internal WindowLayout Layout { get; }

    internal int Batch { get; }

    internal int Groups { get; }

    /// <summary>Gets the input channels of a group.</summary>
    internal int Channels { get; }

    /// <summary>Gets the output channels of a group.</summary>
    internal int Rows { get; }

    /// <summary>Gets the places of the window in one plane.</summary>
    internal int Places { get; }

    /// <summary>Gets the elements of an input plane.</summary>
    internal int Area { get; }

    /// <summary>Gets the number of products of one output element.</summary>
    internal int Depth { get; }

    /// <summary>Gets the offset, in a group that is laid out, of each product's input.</summary>
    internal int[] Taps { get; }

    internal ConvForm Form { get; }

    /// <summary>Gets a value indicating whether places are read tap by tap where they are rows; see <see cref="TapContraction"/>.</summary>
    internal bool IsTapByTap { get; }

    /// <summary>Gets the offsets of the taps in the input itself, where the window is one of <see cref="BorderedContraction"/>.</summary>
    internal int[]? BorderTaps { get; }

    /// <summary>Gets a value indicating whether the window is one of <see cref="HalvingContraction"/>, which reads the input itself.</summary>
    internal bool Halves { get; }

    /// <summary>Gets a value indicating whether the window is one of <see cref="StripContraction"/>, which reads the input itself.</summary>
    internal bool IsInStrips { get; }

    /// <summary>Gets a value indicating whether the window is one of <see cref="NarrowContraction"/>, which reads the input itself.</summary>
    internal bool IsNarrow { get; }

    /// <summary>Gets the elements that a thread needs beside input that is laid out, for <see cref="ConvForm.Direct"/>.</summary>
    internal int ScratchOfDirect { get; }

    /// <summary>Gets the elements of one input channel that is laid out.</summary>
    internal int PlaneLength => Layout.IsInput ? Area : Layout.PlaneLength;

    /// <summary>Gets the bytes of the tables, and about those of the rest.</summary>
    internal long TableBytes => 1024 + Layout.TableBytes + (sizeof(int) * ((long)Taps.Length + (BorderTaps?.Length ?? 0)));

    /// <summary>Gets the number of planes that the slack of one reaches over.</summary>
    internal int PlanesOfSlack => (WindowLayout.Slack / Math.Max(1, PlaneLength)) + 1;

    /// <summary>Counts the bytes that a convolution takes beside its output.</summary>
    internal static Int128 ScratchBytes(WindowPlan window, TensorShape input, TensorShape weights, int groups, ConvForm form, int threads)
    {
        // Bounds for all forms: tables, one image that is laid out, what each thread packs, and all places packed at once.
        Int128 plane = IsPointwise(window) ? 0 : WindowLayout.CountElements(window);
        Int128 depth = weights[1] * (Int128)window.Taps;
        Int128 tables = (IsPointwise(window) ? 0 : WindowLayout.CountBytes(window)) + (sizeof(int) * depth);
        Int128 elements = form switch
        {
            ConvForm.Direct => threads * ((plane * weights[1]) + plane + window.Places + (5 * (Int128)window.Inputs[^1]) + (3 * WindowLayout.Slack)),
            ConvForm.PlacesAreRows => (plane * (input[1] + threads)) + Int128.Max(
                (depth + PlacePacking.Slack + (threads * Contraction.PanelWidth)) * (Int128.Min(window.Places, PlacesAtOnce) + Contraction.TileRows),
                threads * (MostOfChunk(depth, weights[0] / groups) + Contraction.TileRows) * (Int128.Min(depth, Contraction.BlockLength) + PlacePacking.Slack + SumsOf(depth, weights[0] / groups))),
            _ => (plane * (input[1] + threads)) + (threads * (Int128.Min(depth, Contraction.BlockLength) + PlacePacking.Slack) * PlacePacking.MostPlaces),
        };
        return tables + (elements * sizeof(float));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int[] RepeatTaps(int[] offsets, int channels, int plane)
    {
        int[] taps = new int[channels * offsets.Length];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int tap = 0; tap < offsets.Length; tap++)
            {
                taps[(channel * offsets.Length) + tap] = checked((channel * plane) + offsets[tap]);
            }
        }

        return taps;
    }

    /// <summary>Gets the sums that are held for each place of a chunk.</summary>
    internal int SumsOfPlace => (int)SumsOf(Depth, Rows);

    /// <summary>Counts the chunks of places that threads take where places are rows; 0 where threads share the output channels instead.</summary>
    internal int Chunks(int threads)
    {
        int each = Places / threads;
        if (threads == 1 || Rows >= Depth || each < LeastOfChunk || (each < 2 * LeastOfChunk && (long)Depth * Rows > ElementsReadTwice))
        {
            return 0;
        }

        int most = MostOfChunk(Depth, Rows);
        return (((Places + most - 1) / most) + threads - 1) / threads * threads;
    }

    /// <summary>Counts the chunks of tiles that are taken at once where places are read tap by tap.</summary>
    internal int ChunksOfTiles => ((Places / TapContraction.TilePlaces) + MostTiles - 1) / MostTiles;

    /// <summary>Counts the parts of the output channels that threads take where places are columns; 1 where threads share the places instead. Where many channels are made
    /// of few, packing all places again costs little, and what reads whole planes, as windows over one channel do, finds them where it runs.</summary>
    internal int PartsOfRows(int threads) => Rows >= LeastRowsOfProduct * (long)Depth && Rows >= 4 * Contraction.TileRows * (long)threads ? threads : 1;

    /// <summary>Counts the strips of places that are taken at once where they are columns.</summary>
    internal int Strips(int threads)
    {
        int most = Math.Max(1, Math.Min(PlacePacking.MostPlaces, ElementsOfStrip / Math.Min(Depth, Contraction.BlockLength)) / Contraction.PanelWidth);
        int strips = (PanelsOf(Places) + most - 1) / most;
        return Math.Min(PanelsOf(Places), (strips + threads - 1) / threads * threads);
    }

    /// <summary>Counts the first places of a strip that need not be packed: where windows are single elements, lines of places lie in the input as they are read. The last
    /// panel is packed when it is not full, for its lines would reach over the planes' ends.</summary>
    internal int PlacesReadInPlace(int count)
    {
        int rest = count % Contraction.PanelWidth;
        return !IsOfSingleElements ? 0 : rest == Contraction.WidthFor(rest) ? count : count - rest;
    }

    /// <summary>Gets a value indicating whether tiles of places are read in the input itself where places are rows.</summary>
    internal bool ReadsRowsInPlace => IsOfSingleElements && Places > MostPlacesPackedAsRows;

    private bool IsOfSingleElements => Layout.IsInput && Depth == Channels;

    /// <summary>Finds the first place of a strip: strips are as even as half panels allow.</summary>
    internal int StartOfStrip(int strip, int strips)
    {
        int unit = Contraction.PanelWidth / 2;
        return strip == strips ? Places : (int)((long)((Places + unit - 1) / unit) * strip / strips) * unit;
    }

    /// <summary>Chooses the form for a number of output channels of a group.</summary>
    internal static ConvForm ChooseForm(WindowPlan window, Int128 rows, Int128 depth, int groups)
    {
        if (groups > 1 && rows <= MostRowsOfDirect)
        {
            return ConvForm.Direct;
        }

        // Places that are rows need a transposition in the end, which weighs more the fewer the products are.
        if (depth >= Contraction.BlockLength && !IsPointwise(window) && TapContraction.Fits(window, rows))
        {
            return ConvForm.PlacesAreRows;
        }

        // What each form computes, in half panels; places as rows need another transposition, which weighs more the fewer the products are.
        Int128 columns = rows * HalfPanels(window.Places);
        Int128 rowwise = window.Places * (Int128)HalfPanels((long)rows);
        return window.Places <= 1024 && rows >= Contraction.PanelWidth && rowwise * ((33 * depth) + 128) < columns * 32 * depth ? ConvForm.PlacesAreRows : ConvForm.PlacesAreColumns;
    }

    // Weights that were packed for few places may meet any number of them.
    private static int MostOfChunk(Int128 depth, Int128 rows) =>
        (int)Int128.Clamp(ElementsOfChunk / (Int128.Min(depth, Contraction.BlockLength) + SumsOf(depth, rows)), LeastOfChunk, PlacePacking.MostPlaces);

    // One block's sums are done with when the next panel comes; more blocks' are held for all panels.
    private static Int128 SumsOf(Int128 depth, Int128 rows) => depth <= Contraction.BlockLength ? Contraction.PanelWidth
        : (rows + Contraction.PanelWidth - 1) / Contraction.PanelWidth * Contraction.PanelWidth;

    private static int PanelsOf(int places) => (places + Contraction.PanelWidth - 1) / Contraction.PanelWidth;

    // How many half panels some columns take.
    private static long HalfPanels(long columns)
    {
        long full = columns / Contraction.PanelWidth;
        long rest = columns - (full * Contraction.PanelWidth);
        return (2 * full) + (rest == 0 ? 0 : Contraction.WidthFor((int)rest) <= Contraction.PanelWidth / 2 ? 1 : 2);
    }

    private static bool IsPointwise(WindowPlan plan)
    {
        for (int axis = 0; axis < plan.Axes; axis++)
        {
            if (plan.Kernel[axis] != 1 || plan.Strides[axis] != 1 || plan.Before[axis] != 0 || plan.Outputs[axis] != plan.Inputs[axis])
            {
                return false;
            }
        }

        return true;
    }

    private static WindowPlan Flat(WindowPlan plan)
    {
        var flat = new WindowPlan(1);
        flat.Set(0, plan.Area, 1, plan.Places, 1, 1, 0, 0);
        return flat;
    }
}
