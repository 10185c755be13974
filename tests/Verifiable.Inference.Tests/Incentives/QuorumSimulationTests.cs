using Verifiable.Inference.Commitments;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Quorum;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>The closed forms against the real draw of seats, coin and second committee. Bounds are five standard errors: a false alarm below 10^-6. Seeds are fixed.</summary>
public sealed class QuorumSimulationTests
{
    private const int Requests = 40_000;

    [Theory]
    [InlineData(5, 2, false, 1)]
    [InlineData(5, 2, false, 40)]
    [InlineData(5, 3, true, 3)]
    [InlineData(3, 1, false, 7)]
    [InlineData(1, 0, false, 1)]
    public void A_coalition_captures_and_wins_as_often_as_the_closed_forms_say_however_it_splits_its_stake(int seats, int threshold, bool waits, int identities)
    {
        const int EscalationSeats = 7;
        const double Rate = 0.3;
        const ulong Share = 300_000;
        const ulong Total = 1_000_000;

        // 2000 honest stakes, so that leaving a first committee out changes the share of the rest by less than a thousandth.
        KeyValuePair<Digest, ulong>[] honest = [.. Enumerable.Range(0, 2000).Select(i => KeyValuePair.Create(Digest.Of(BitConverter.GetBytes(i)), (Total - Share) / 2000))];
        KeyValuePair<Digest, ulong>[] ring = [.. Enumerable.Range(0, identities).Select(i => KeyValuePair.Create(Digest.Of(BitConverter.GetBytes(-1 - i)), Part(Share, identities, i)))];
        WeightTree stakes = new(honest.Concat(ring));
        HashSet<Digest> keys = [.. ring.Select(leaf => leaf.Key)];
        Probability64 rate = Probability64.FromDouble(Rate);
        int captured = 0;
        int won = 0;
        for (int i = 0; i < Requests; i++)
        {
            Digest secret = Digest.Of([.. BitConverter.GetBytes(i), (byte)seats, (byte)identities]);
            Digest request = Digest.Of([.. BitConverter.GetBytes(i), 1]);
            Digest beacon = Digest.Of([.. BitConverter.GetBytes(i), 2]);
            int held = Enumerable.Range(0, seats).Count(index => IsRing(new Seat(TaskRole.Asserter, (ushort)index, 0)));
            bool quiet = held >= (waits ? seats : threshold + 1);
            captured += quiet ? 1 : 0;
            bool called = !quiet || rate.Covers(AuditDraws.Coin(secret, request));
            won += held > 0 && (!called || 2 * Enumerable.Range(0, EscalationSeats).Count(index => IsRing(new Seat(TaskRole.Voter, (ushort)index, 0))) > EscalationSeats) ? 1 : 0;

            bool IsRing(Seat seat) => keys.Contains(stakes.Leaves[QuorumDraws.Draw(stakes, secret, request, seat, beacon)].Key);
        }

        QuorumAssessment assessment = QuorumIncentives.Assess(new QuorumEconomics
        {
            HonestCost = 100,
            Reward = 120,
            Slash = 3000,
            Seats = seats,
            Threshold = threshold,
            EscalationSeats = EscalationSeats,
            EscalationRate = (decimal)Rate,
            CoalitionShare = 0.3m,
            WaitsForAll = waits,
        });
        AssertNear((double)assessment.CaptureProbability, captured);
        AssertNear((double)assessment.WinProbability, won);
    }

    private static ulong Part(ulong whole, int parts, int index) => (whole / (ulong)parts) + (index == 0 ? whole % (ulong)parts : 0);

    private static void AssertNear(double probability, int count)
    {
        double error = 5 * Math.Sqrt(probability * (1 - probability) * Requests);
        Assert.InRange(count, (probability * Requests) - error - 1, (probability * Requests) + error + 1);
    }
}
