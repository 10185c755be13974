using Xunit.Abstractions;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>
/// What a node sees when it must decide whether to compute does not tell whether its envelope is a second one, nor whether it has a twin. Two classifiers learn from half of the envelopes all
/// numbers that a node sees (37 of them, the public ledger up to the last moment included) and are measured on the other half; the same classifiers tell the roles where envelopes are not
/// mixed, or where too little is asked to fill the rounds.
/// </summary>
/// <remarks>Under the hypothesis that nothing can be told, the area under the curve is within 4.5 standard errors of ½ but with a probability below 10^-5; four areas are looked at, seeds are fixed.</remarks>
public sealed class IndistinguishabilityTests(ITestOutputHelper output)
{
    private const double Bound = 4.5;
    private const long WarmUp = 150_000;

    [Fact]
    public void Hidden_envelopes_tell_nothing()
    {
        HiddenStream stream = HiddenStream.Run(orders: 2500, round: 2, mixes: true, load: 1.05, seed: 3);
        (double ofTwins, double ofPairs) = Deviations(stream);
        Assert.InRange(ofTwins, 0, Bound);
        Assert.InRange(ofPairs, 0, Bound);
        Assert.True(stream.Ledger.State.Totals.IsConserved);
        Assert.All(stream.Outcomes, outcome => Assert.NotNull(outcome.Receipt));
    }

    [Fact]
    public void Envelopes_that_are_not_mixed_are_told_apart_by_the_same_classifiers()
    {
        HiddenStream stream = HiddenStream.Run(orders: 2500, round: 2, mixes: false, load: 1.05, seed: 3);
        Assert.True(Deviations(stream).OfTwins > 2 * Bound);
    }

    [Fact]
    public void Envelopes_in_rounds_that_do_not_fill_are_told_apart_too()
    {
        HiddenStream stream = HiddenStream.Run(orders: 2500, round: 2, mixes: true, load: 0.02, seed: 3);
        Assert.True(Deviations(stream).OfTwins > 2 * Bound);
    }

    [Fact]
    public void The_area_under_the_curve_is_that_of_the_definition()
    {
        Assert.Equal(1, Classifier.Area([1, 2, 3], [false, false, true]));
        Assert.Equal(0, Classifier.Area([3, 2, 1], [false, false, true]));
        Assert.Equal(0.5, Classifier.Area([1, 1, 1], [false, true, false]));
        Assert.Equal(0.75, Classifier.Area([1, 2, 3, 4], [false, true, false, true]));
    }

    private (double OfTwins, double OfPairs) Deviations(HiddenStream stream)
    {
        long start = stream.Ledger.ReadEntries()[0].Time;
        (double[][] features, bool[] isTwin, bool[] hasTwin) = stream.Settled(start + WarmUp, stream.End);
        (double twins, double areaOfTwins) = Classifier.Measure(features, isTwin);
        (double pairs, double areaOfPairs) = Classifier.Measure(features, hasTwin);
        output.WriteLine($"{features.Length} envelopes, {isTwin.Count(twin => twin)} twins; twins {areaOfTwins:F3} ({twins:F1}), pairs {areaOfPairs:F3} ({pairs:F1}); rounds {stream.Mixer?.FullRounds} full, {stream.Mixer?.ShortRounds} short");
        return (twins, pairs);
    }
}
