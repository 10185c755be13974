using System.Text;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>Texts that are remembered are those that were read, however many share a place.</summary>
public sealed class RecentTextsTests
{
    [Fact]
    public void Every_text_reads_as_what_was_written_and_a_repeated_one_is_the_same_object()
    {
        Random random = new(11);
        string[] texts = [.. Enumerable.Range(0, 4000).Select(_ => new string([.. Enumerable.Range(0, random.Next(0, 40)).Select(_ => random.Next(30) == 0 ? 'ü' : (char)random.Next(32, 127))]))];
        foreach (string text in texts.Concat(texts.Reverse()))
        {
            Assert.Equal(text, Read(text));
        }

        Assert.Same(Read("simulated-v1"), Read("simulated-v1"));
        Assert.NotSame(Read(new string('a', RecentTexts.LongestBytes + 1)), Read(new string('a', RecentTexts.LongestBytes + 1)));

        // Texts of one place take it from each other, and none is read as another.
        string[] rivals = [.. Enumerable.Range(0, 2000).Select(static i => "name" + i).GroupBy(PlaceOf).MaxBy(static group => group.Count())!];
        Assert.True(rivals.Length > 5);
        foreach (string text in rivals.Concat(rivals))
        {
            Assert.Equal(text, Read(text));
        }
    }

    private static string Read(string text)
    {
        CanonicalWriter writer = new(stackalloc byte[512]);
        writer.WriteText(text);
        CanonicalReader reader = new(writer.Written);
        string read = reader.ReadText();
        Assert.True(reader.AtEnd);
        writer.Dispose();
        return read;
    }

    private static nint PlaceOf(string text)
    {
        ref string? place = ref RecentTexts.PlaceOf(Encoding.ASCII.GetBytes(text));
        return System.Runtime.CompilerServices.Unsafe.ByteOffset(ref RecentTexts.PlaceOf("x"u8), ref place);
    }
}
