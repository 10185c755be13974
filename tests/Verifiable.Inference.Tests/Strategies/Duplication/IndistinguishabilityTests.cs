using Xunit.Abstractions;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>
/// What a node sees when it must decide whether to compute does not tell whether its envelope is a second one, nor whether it has a twin. Two classifiers learn from half of the envelopes all
/// numbers that a node sees (39 of them, the public ledger up to the last moment included) and are measured on the other half; the same classifiers tell the roles where envelopes are not
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

    // One answer in twenty is wrong: more than a hundred votes, of some eight envelopes each, all begun at one of the beacon's rounds.
    [Fact]
    public void Hidden_envelopes_tell_nothing_where_there_are_votes_and_the_beacon_is_coarse()
    {
        HiddenStream stream = HiddenStream.Run(orders: 5000, round: 2, mixes: true, load: 0.85, seed: 3, faults: new StreamFaults(0.05, TimeSpan.FromMinutes(5)));
        Assert.InRange(DeviationOfVotes(stream), 0, 3);
        (double ofTwins, _) = Deviations(stream);
        Assert.InRange(ofTwins, 0, Bound);
        Assert.True(stream.Ledger.State.Totals.IsConserved);
    }

    // Requests that are voted on stay open after others of their age are settled: whoever gets an envelope meanwhile knows that it may be a voter's.
    [Fact]
    public void Votes_that_take_longer_than_the_settlement_s_delay_are_told_apart()
    {
        HiddenStream stream = HiddenStream.Run(orders: 5000, round: 2, mixes: true, load: 0.85, seed: 3, faults: new StreamFaults(0.05, TimeSpan.FromSeconds(30)));
        Assert.True(DeviationOfVotes(stream) > Bound);
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

    // The beacon's round is in the request, which nobody sees: in the terms it would tell how long ago the request began (decision 28).
    [Fact]
    public void Terms_that_named_the_beacon_s_round_would_tell_twins()
    {
        HiddenStream stream = HiddenStream.Run(orders: 1000, round: 2, mixes: true, load: 1.05, seed: 3);
        Assert.True(Deviations(stream, showsRound: true).OfTwins > 2 * Bound);
    }

    // Everything a node sees, and what all providers together know of the inputs: 46 numbers.
    [Fact]
    public void Canaries_that_are_drawn_anew_from_the_distribution_of_real_orders_tell_nothing()
    {
        HiddenStream stream = HiddenStream.Run(orders: 2000, round: 2, mixes: true, load: 1.05, seed: 5, canaries: static (_, randomness, _) => HiddenStream.Fresh(randomness));
        Assert.InRange(DeviationOfCanaries(stream), 0, Bound);
    }

    [Fact]
    public void A_fixed_pool_of_canaries_is_recognised_by_repeated_inputs()
    {
        float[][] pool = [.. Enumerable.Range(0, 40).Select(i => (float[])[i, 100 + i, 200 + i])];
        HiddenStream stream = HiddenStream.Run(orders: 2000, round: 2, mixes: true, load: 1.05, seed: 5, canaries: (_, randomness, _) => HiddenStream.OneOf(pool, randomness));
        Assert.True(DeviationOfCanaries(stream) > 2 * Bound);
    }

    // A warning to authors of sources: what is cut out of past inputs is new as a whole, and its parts are not.
    [Fact]
    public void Canaries_glued_from_parts_of_past_orders_are_recognised_by_their_parts()
    {
        HiddenStream stream = HiddenStream.Run(
            orders: 2000,
            round: 2,
            mixes: true,
            load: 1.05,
            seed: 5,
            canaries: static (_, randomness, past) => past.Count == 0
                ? HiddenStream.Fresh(randomness)
                : [HiddenStream.OneOf(past, randomness)[0], HiddenStream.OneOf(past, randomness)[1], HiddenStream.OneOf(past, randomness)[2]]);
        Assert.True(DeviationOfCanaries(stream) > 2 * Bound);
    }

    [Fact]
    public void The_area_under_the_curve_is_that_of_the_definition()
    {
        Assert.Equal(1, Classifier.Area([1, 2, 3], [false, false, true]));
        Assert.Equal(0, Classifier.Area([3, 2, 1], [false, false, true]));
        Assert.Equal(0.5, Classifier.Area([1, 1, 1], [false, true, false]));
        Assert.Equal(0.75, Classifier.Area([1, 2, 3, 4], [false, true, false, true]));
    }

    private double DeviationOfVotes(HiddenStream stream)
    {
        long start = stream.Ledger.ReadEntries()[0].Time;
        (double[][] features, bool[] isVote) = stream.SettledVotes(start + WarmUp, stream.End);
        (double deviations, double area) = Classifier.MeasureClusters(features, isVote);
        output.WriteLine($"{features.Length} envelopes, {isVote.Count(vote => vote)} of voters; {area:F3} ({deviations:F1}); rounds {stream.Mixer?.FullRounds} full, {stream.Mixer?.ShortRounds} short");
        return deviations;
    }

    private double DeviationOfCanaries(HiddenStream stream)
    {
        long start = stream.Ledger.ReadEntries()[0].Time;
        (double[][] features, bool[] isCanary) = stream.SettledCanaries(start + WarmUp, stream.End);
        (double deviations, double area) = Classifier.Measure(features, isCanary);
        output.WriteLine($"{features.Length} envelopes of {features[0].Length} numbers, {isCanary.Count(canary => canary)} of canaries; {area:F3} ({deviations:F1})");
        return deviations;
    }

    private (double OfTwins, double OfPairs) Deviations(HiddenStream stream, bool showsRound = false)
    {
        long start = stream.Ledger.ReadEntries()[0].Time;
        (double[][] features, bool[] isTwin, bool[] hasTwin) = stream.Settled(start + WarmUp, stream.End, showsRound);
        (double twins, double areaOfTwins) = Classifier.Measure(features, isTwin);
        (double pairs, double areaOfPairs) = Classifier.Measure(features, hasTwin);
        output.WriteLine($"{features.Length} envelopes, {isTwin.Count(twin => twin)} twins; twins {areaOfTwins:F3} ({twins:F1}), pairs {areaOfPairs:F3} ({pairs:F1}); rounds {stream.Mixer?.FullRounds} full, {stream.Mixer?.ShortRounds} short");
        return (twins, pairs);
    }
}
