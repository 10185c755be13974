using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Simulation;

namespace Verifiable.Inference.Tests.Selection;

/// <summary>The hash chain against a plain one, its clock, and what every beacon owes to a judge that asks it about numbers from outside.</summary>
public sealed class HashChainBeaconTests
{
    private static readonly Digest _secret = Digest.Of("the last value"u8);

    public static TheoryData<int> Lengths => [1, 2, 255, 256, 257, 511, 512, 600];

    // What a name stands for never changes: whoever has the same name has the same values.
    [Fact]
    public void Seeded_beacons_of_one_name_have_one_value_for_each_round_and_others_have_other_names()
    {
        SeededBeacon[] beacons = [.. Enumerable.Range(0, 50).Select(static i => new SeededBeacon((ulong)i / 2))];
        foreach (SeededBeacon one in beacons)
        {
            foreach (SeededBeacon other in beacons)
            {
                Assert.Equal(one.Name == other.Name, one.TryGetValue(3, out Digest left) && other.TryGetValue(3, out Digest right) && left == right);
            }
        }
    }

    public static TheoryData<IRandomBeacon> Beacons => [new SeededBeacon(7), New(10, new VirtualTime()), New(10, new VirtualTime()).Publish()];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Every_value_is_that_of_a_plain_chain_and_verifies_against_the_anchor_alone(int rounds)
    {
        VirtualTime time = new();
        HashChainBeacon beacon = New(rounds, time);
        time.Advance(TimeSpan.FromHours(1));
        Digest[] plain = new Digest[rounds + 1];
        plain[rounds] = _secret;
        for (int i = rounds; i > 0; i--)
        {
            plain[i - 1] = Digest.Of(Convert.FromHexString(plain[i].ToString()));
        }

        Assert.Equal(plain[0], beacon.Anchor);
        for (int round = 0; round <= rounds; round++)
        {
            Assert.True(beacon.TryGetValue((ulong)round, out Digest value));
            Assert.Equal(plain[round], value);
            Assert.True(HashChainBeacon.IsValueOf(beacon.Anchor, (ulong)round, value));
            Assert.False(HashChainBeacon.IsValueOf(beacon.Anchor, (ulong)round + 1, value));
        }

        Assert.False(HashChainBeacon.IsValueOf(beacon.Anchor, 1, _secret) && rounds > 1);
        Assert.False(HashChainBeacon.IsValueOf(beacon.Anchor, ulong.MaxValue, _secret));
        Assert.False(beacon.TryGetValue((ulong)rounds + 1, out Digest none));
        Assert.Equal(default, none);
    }

    [Fact]
    public void No_value_is_out_before_its_time()
    {
        VirtualTime time = new();
        HashChainBeacon beacon = New(10, time);
        Assert.True(beacon.TryGetValue(0, out _));
        for (ulong round = 1; round <= 10; round++)
        {
            time.Advance(TimeSpan.FromMilliseconds(99));
            Assert.False(beacon.TryGetValue(round, out Digest early));
            Assert.Equal(default, early);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), beacon.TimeOf(round));
            Assert.True(beacon.TryGetValue(round, out _));
            Assert.False(beacon.TryGetValue(round + 1, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Beacons))]
    public void The_round_after_a_time_is_the_first_that_is_out_only_after_it(IRandomBeacon beacon)
    {
        long start = new VirtualTime().GetUtcNow().ToUnixTimeMilliseconds();
        for (long time = start - 3; time < start + 1000; time++)
        {
            ulong round = beacon.RoundAfter(time);
            Assert.True(beacon.TimeOf(round) > time);
            Assert.True(beacon.TimeOf(round - 1) <= time || round == 1);
        }
    }

    [Theory]
    [MemberData(nameof(Beacons))]
    public void Numbers_from_outside_make_no_beacon_throw(IRandomBeacon beacon)
    {
        foreach (long time in (long[])[long.MinValue, -1, 0, 1, long.MaxValue - 1, long.MaxValue])
        {
            ulong round = beacon.RoundAfter(time);
            _ = beacon.TimeOf(round);
            _ = beacon.TryGetValue(round, out _);
        }

        foreach (ulong round in (ulong[])[0, 1, long.MaxValue, (ulong)long.MaxValue + 1, ulong.MaxValue])
        {
            _ = beacon.TimeOf(round);
            _ = beacon.TryGetValue(round, out _);
        }
    }

    // Values would be out early for whoever sets the keeper's clock.
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_clock_that_is_set_shows_no_value_early_and_keeps_none_back(int sign)
    {
        JumpingTime time = new();
        HashChainBeacon beacon = New(10, time);
        time.Jump += sign * TimeSpan.FromHours(1);
        Assert.False(beacon.TryGetValue(1, out _));
        time.Inner.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(beacon.TryGetValue(1, out _));
        time.Inner.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(beacon.TryGetValue(1, out _));
        Assert.False(beacon.TryGetValue(2, out _));
    }

    [Fact]
    public void A_chain_s_last_round_is_its_number_of_rounds()
    {
        HashChainBeacon beacon = New(10, new VirtualTime());
        Assert.Equal(10u, beacon.LastRound);
        Assert.Equal(10u, beacon.Publish().LastRound);
        Assert.Equal(ulong.MaxValue, new SeededBeacon(1).LastRound);
    }

    [Fact]
    public void A_name_stands_for_one_chain_at_one_pace()
    {
        VirtualTime time = new();
        DateTimeOffset start = time.GetUtcNow();
        string[] names =
        [
            New(10, time).Name, New(11, time).Name, new HashChainBeacon(_secret, start, TimeSpan.FromMilliseconds(200), 10, time).Name,
            new HashChainBeacon(_secret, start + TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100), 10, time).Name, HashChainBeacon.Generate(time, rounds: 10).Name,
        ];
        Assert.Equal(5, names.Distinct().Count());
        Assert.All(names, name => Assert.InRange(name.Length, 1, 255));
        Assert.Throws<ArgumentOutOfRangeException>(() => New(0, time));
        Assert.Throws<ArgumentOutOfRangeException>(() => New(HashChainBeacon.MaxRounds + 1, time));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashChainBeacon(_secret, start, TimeSpan.Zero, 10, time));
    }

    private sealed class JumpingTime : TimeProvider
    {
        public VirtualTime Inner { get; } = new();

        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => Inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Inner.GetUtcNow() + Jump;

        public override long GetTimestamp() => Inner.GetTimestamp();
    }

    private static HashChainBeacon New(int rounds, TimeProvider time) => new(_secret, new VirtualTime().GetUtcNow(), TimeSpan.FromMilliseconds(100), rounds, time);
}
