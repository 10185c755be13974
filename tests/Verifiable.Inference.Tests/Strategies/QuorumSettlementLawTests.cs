using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Attacks;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>What follows from random records, beside rules that are written down plainly, holding by holding: who wins, who is heard, who is paid, who loses, what is burnt.</summary>
public sealed class QuorumSettlementLawTests
{
    private const double Limit = 1;

    private static readonly TestWorld _world = NewWorld();
    private static readonly QuorumTerms _terms = QuorumRequester.UsualTerms(_world) with { Seats = 5, Threshold = 2, EscalationSeats = 7, Limit = Limit };
    private static readonly QuorumRequester _requester = new(_world, _ => _terms);
    private static readonly WeightTree _stakes = _world.Ledger.Stakes;
    private static readonly PublicKey[] _keys = [.. Enumerable.Range(0, 12).Select(i => TestWorld.Key("provider " + i).PublicKey)];

    [Fact]
    public void Random_records_settle_as_the_plain_rules_say()
    {
        Random random = new(81);
        Dictionary<string, int> seen = [];
        for (int i = 0; i < 6000; i++)
        {
            QuorumTerms terms = _terms with
            {
                Threshold = (ushort)random.Next(2, 5),
                EscalationRate = random.Next(3) == 0 ? Probability64.Always : Probability64.Never,
                BeaconName = random.Next(4) == 0 ? string.Empty : _terms.BeaconName,
                Bounty = new Amount((ulong)random.Next(0, 3) * 700),
            };
            QuorumHolding[] holdings = [.. Committee(random, TaskRole.Asserter, terms.Seats), .. random.Next(2) == 0 ? Committee(random, TaskRole.Voter, terms.EscalationSeats) : []];
            bool supplement = random.Next(3) == 0;
            QuorumRecord record = new(_requester.Secret, null, supplement, [.. holdings]);
            Plain plain = new(terms, holdings);
            QuorumEnvelopes envelopes = new(_requester.Request, terms, record.Secret, record.Holdings);
            QuorumTally tally = new(terms, record.Secret, envelopes, record.Holdings, OutputComparers.MaxAbsolute);
            Assert.Equal(plain.IsCalled, tally.IsEscalationCalled);
            Assert.Equal(plain.First?.Order(), tally.First?.Members.Order());
            Assert.Equal(plain.Second?.Order(), tally.Second?.Members.Order());
            AssertSettled(terms, record, plain, envelopes, QuorumRules.Decide(_requester.Request, terms, record, envelopes, tally), seen);
        }

        // Every case came up.
        Assert.Equal(9, seen.Count);
        Assert.All(seen, pair => Assert.True(pair.Value > 20, pair.ToString()));
    }

    [Fact]
    public void The_coin_is_thrown_over_every_claim_that_counts_and_over_no_other()
    {
        Random random = new(82);
        QuorumTerms terms = _terms with { EscalationRate = Probability64.FromDouble(0.5) };
        QuorumHolding[] holdings = [.. Enumerable.Range(0, 5).Select(index => Holding(random, new Seat(TaskRole.Asserter, (ushort)index, 0), [], SeatOutcome.Answered, index == 4, 0))];
        for (int changed = 0; changed < 5; changed++)
        {
            int called = 0;
            for (byte salt = 0; salt < 64; salt++)
            {
                QuorumHolding[] others = [.. holdings];
                others[changed] = holdings[changed] with { Record = holdings[changed].Record with { Claim = holdings[changed].Record.Claim! with { Salt = Digest.Of([salt]) } } };
                QuorumEnvelopes envelopes = new(_requester.Request, terms, _requester.Secret, [.. others]);
                called += new QuorumTally(terms, _requester.Secret, envelopes, [.. others], OutputComparers.MaxAbsolute).IsEscalationCalled ? 1 : 0;
            }

            // 64 fair coins: outside with probability below 10^-6. Of the late one they are one coin.
            Assert.True(changed == 4 ? called is 0 or 64 : called is > 12 and < 52, $"{changed}: {called}");
        }
    }

    private static void AssertSettled(QuorumTerms terms, QuorumRecord record, Plain plain, QuorumEnvelopes envelopes, QuorumDecision decision, Dictionary<string, int> seen)
    {
        QuorumHolding[] holdings = [.. record.Holdings];
        int[] closing = [.. Enumerable.Range(0, holdings.Length).Where(i => !record.IsSupplement || holdings[i].IsLate)];
        Assert.Equal(closing.Select(i => envelopes[i].Digest), decision.Tasks.Select(task => task.Task));
        ulong halves = 0;
        ulong voters = 0;
        ulong bounties = 0;
        List<int> losers = [];
        foreach ((int i, TaskSettlement task) in closing.Zip(decision.Tasks))
        {
            QuorumHolding holding = holdings[i];
            ulong seats = (ulong)holding.SeatCount;
            Transfer[] from = [.. decision.Transfers.Where(transfer => transfer.Task == task.Task)];
            ulong stake = Sum(from, transfer => transfer.Source == TransferSource.Stake);
            ulong escrow = Sum(from, transfer => transfer.Source == TransferSource.Escrow);
            ulong paid = Sum(from, transfer => transfer.Source == TransferSource.Escrow && transfer.Purpose == TransferPurpose.Reward && transfer.Recipient == holding.Provider);
            bool convicted = holding.HasClaim && holding.Role == TaskRole.Asserter && terms.Convicts && plain.Second is not null && plain.IsRight(i) == false;
            Assert.Equal(holding.Record.Outcome == SeatOutcome.Revealed, task.IsRevealed);
            if (!holding.HasClaim)
            {
                Assert.Equal(holding.Record.Outcome == SeatOutcome.Silent ? SettlementCause.Silent : SettlementCause.Convicted, task.Cause);
                Assert.Equal((seats * 3000, 0UL), (stake, escrow));
                Assert.True(from.All(transfer => transfer.Purpose == TransferPurpose.Burn));
                losers.Add(i);
                Note(seen, "silent");
            }
            else if (convicted)
            {
                Assert.Equal(SettlementCause.Convicted, task.Cause);
                Assert.Equal((seats * 3000, 0UL), (stake, escrow));
                Assert.True(2 * Sum(from, transfer => transfer.Purpose == TransferPurpose.Burn) >= seats * 3000);
                halves += seats * 1500;
                losers.Add(i);
                Note(seen, holding.IsLate ? "convicted, late" : "convicted");
            }
            else if (!plain.IsMeasurable(i) || plain.IsRight(i) == false)
            {
                Assert.Equal(SettlementCause.Served, task.Cause);
                Assert.Equal((0UL, seats * 120, 0UL), (stake, escrow, paid));
                Note(seen, plain.IsMeasurable(i) ? "unpaid" : "unmeasured");
            }
            else
            {
                Assert.Equal(SettlementCause.Served, task.Cause);
                Assert.Equal(0UL, stake);
                ulong slashed = Sum(decision.Transfers, transfer => transfer.Purpose == TransferPurpose.VoterPay && transfer.Recipient == holding.Provider);
                Assert.Equal(escrow, paid);
                bool decides = holding.Role == TaskRole.Voter && plain.Second is not null;
                Assert.Equal(seats * 120, paid + (decides ? slashed : 0)); // each seat once, whoever pays
                voters += decides ? seats * 120 : 0;
                bool overturned = plain.Second is not null && (plain.First is null || !plain.IsNear(plain.Second, plain.CenterOf(plain.First)));
                bool earns = overturned && holding.Role == TaskRole.Asserter && !holding.IsLate && plain.IsRight(i) == true;
                bounties += earns ? seats * terms.Bounty.Units : 0;
                Note(seen, decides ? "decider" : earns ? "bounty" : plain.IsRight(i) is null ? "paid, undecided" : "paid");
            }
        }

        Assert.Equal(losers.Order(), decision.Convicted.Order());
        ulong voterPay = Sum(decision.Transfers, transfer => transfer.Purpose == TransferPurpose.VoterPay);
        Assert.Equal(Math.Min(voters, halves), voterPay);
        Assert.Equal(Math.Min(bounties, halves - voterPay), Sum(decision.Transfers, transfer => transfer.Purpose == TransferPurpose.Bounty));
    }

    private static ulong Sum(IEnumerable<Transfer> transfers, Func<Transfer, bool> which) => transfers.Where(which).Aggregate(0UL, (sum, transfer) => sum + transfer.Amount.Units);

    private static void Note(Dictionary<string, int> seen, string what) => seen[what] = seen.GetValueOrDefault(what) + 1;

    private static TestWorld NewWorld() => new TestWorld(strategy: new QuorumStrategy(new QuorumOptions { Beacon = QuorumRequester.Beacon, AllowsInsecureTerms = true })).AddHonest(12);

    private static IEnumerable<QuorumHolding> Committee(Random random, TaskRole role, int seats)
    {
        double late = random.NextDouble() / 2;
        int kinds = random.Next(1, 4);
        for (int index = 0; index < seats;)
        {
            int count = Math.Min(random.Next(1, 4), seats - index);
            Seat[] more = [.. Enumerable.Range(index + 1, count - 1).Select(next => new Seat(role, (ushort)next, 0))];
            SeatOutcome outcome = random.Next(9) switch { 0 => SeatOutcome.Silent, 1 => SeatOutcome.Revealed, 2 => SeatOutcome.Equivocated, _ => SeatOutcome.Answered };
            yield return Holding(random, new Seat(role, (ushort)index, 0), more, outcome, random.NextDouble() < late, random.Next(0, kinds) * 0.75f);
            index += count + (random.Next(6) == 0 ? 1 : 0);
        }
    }

    // A provider of its own for each seat, so that what it is paid can be told apart.
    private static QuorumHolding Holding(Random random, Seat seat, Seat[] more, SeatOutcome outcome, bool isLate, float value)
    {
        int leaf = (seat.Role == TaskRole.Voter ? 5 : 0) + seat.Index;
        bool claims = outcome is not SeatOutcome.Silent;
        NamedTensors outputs = NamedTensors.Of("y", TensorValue.Create(new[] { value }, 1));
        byte[] salt = new byte[8];
        random.NextBytes(salt);
        SeatRecord record = new()
        {
            Seat = seat,
            Outcome = outcome,
            Provider = _keys.Single(key => key.Id.Value == _stakes.Leaves[leaf].Key),
            Stake = _stakes.Prove(leaf),
            Deadline = 1,
            Claim = claims ? new ClaimExcerpt(CommittedTensors.Of(outputs), null, Digest.Of(salt), []) : null,
        };
        return new QuorumHolding(record, [.. more], isLate, outcome == SeatOutcome.Answered && random.Next(12) > 0 ? outputs : null);
    }

    /// <summary>The rules once more, over numbers on a line.</summary>
    private sealed class Plain
    {
        private readonly QuorumHolding[] _holdings;

        public Plain(QuorumTerms terms, QuorumHolding[] holdings)
        {
            _holdings = holdings;
            First = Winner(TaskRole.Asserter, terms.Threshold);
            Second = Winner(TaskRole.Voter, 3);
            int[] votes = Votes(TaskRole.Asserter);
            IsCalled = votes.Length > 0 && (First is null || votes.Any(vote => !IsNear(First, vote)) || terms.EscalationRate == Probability64.Always);
        }

        public int[]? First { get; }

        public int[]? Second { get; }

        public bool IsCalled { get; }

        public bool IsMeasurable(int i) => _holdings[i].HasClaim && Array.Exists(_holdings, other => other.HasClaim && other.Outputs is not null && other.Record.Claim!.Outputs.Equals(_holdings[i].Record.Claim!.Outputs));

        public bool? IsRight(int i) => (Second ?? (IsCalled ? null : First)) is { } final && IsMeasurable(i) ? IsNear(final, i) : null;

        public bool IsNear(int[] group, int i) => group.Any(member => Math.Abs(ValueOf(member) - ValueOf(i)) <= Limit);

        // All members lie within the limit of it, and no other vote does.
        public int CenterOf(int[] group) => Centers(TaskRole.Asserter).First(center => center.Within.SequenceEqual(group)).Center;

        private int[] Votes(TaskRole role) => [.. Enumerable.Range(0, _holdings.Length).Where(i => _holdings[i].Role == role && !_holdings[i].IsLate && IsMeasurable(i))];

        private float ValueOf(int i) => Array.Find(_holdings, other => other.Outputs is not null && other.HasClaim && other.Record.Claim!.Outputs.Equals(_holdings[i].Record.Claim!.Outputs))!.Outputs!["y"].AsSpan<float>()[0];

        private int[]? Winner(TaskRole role, int threshold) => Centers(role).FirstOrDefault() is { Within: { } within } && within.Sum(i => _holdings[i].SeatCount) > threshold ? within : null;

        private IEnumerable<(int Center, int[] Within)> Centers(TaskRole role)
        {
            int[] votes = Votes(role);
            return votes.Select(center => (Center: center, Within: (int[])[.. votes.Where(vote => Math.Abs(ValueOf(vote) - ValueOf(center)) <= Limit)]))
                .OrderByDescending(group => group.Within.Sum(i => _holdings[i].SeatCount))
                .ThenBy(group => group.Within.Max(vote => Math.Abs(ValueOf(vote) - ValueOf(group.Center))))
                .ThenBy(group => _holdings[group.Center].Record.Claim!.Outputs.ToDigest());
        }
    }
}
