using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Disputes;

/// <summary>Bonds, many games over one claim, many claims. Codes in names are those of the list of attacks in the documentation.</summary>
public sealed class DisputeCourtTests
{
    private static readonly ToyDispute _right = new(number: 1);
    private static readonly ToyDispute _wrong = new(corrupt: static (node, bytes) => bytes[20_000] ^= (byte)(node == 1 ? 1 : 0), number: 2);
    private static readonly DisputeCourt _court = new(ToyDispute.Terms, ToyDispute.Schemes, _right.Referee);
    private static readonly EcdsaP256Signer[] _challengers = [.. Enumerable.Range(0, 64).Select(i => EcdsaP256Signer.FromSeed([9, (byte)i]))];

    private static Amount ClaimBond => ToyDispute.Terms.ClaimBond;

    private static Amount ChallengeBond => ToyDispute.Terms.ChallengeBond;

    private static NodeId Claimant => ToyDispute.Claimant.PublicKey.Id;

    [Fact]
    public void E1_E3_E9_who_loses_pays_half_is_burnt_and_no_unit_is_lost()
    {
        DisputeDocket docket = Open(Posted(_wrong), _wrong, _challengers[0], 0);
        docket = PlayOut(docket, _wrong, _challengers[0]);
        Assert.Equal((new Amount(500 + 301), default, new Amount(501)), (docket.CreditOf(_challengers[0].PublicKey.Id), docket.CreditOf(Claimant), docket.Burnt));
        Assert.True(docket.IsConserved);

        docket = Open(Posted(_right), _right, _challengers[0], 0);
        docket = PlayOut(docket, _right, _challengers[0]);
        Assert.Equal((default, new Amount(150), new Amount(151)), (docket.CreditOf(_challengers[0].PublicKey.Id), docket.CreditOf(Claimant), docket.Burnt));
        Assert.Equal(DisputeRefusal.None, _court.Finish(docket, _right.Claim.Body.Digest, 1000, out docket));
        Assert.Equal(new Amount(150 + 1001), docket.CreditOf(Claimant));
        Assert.True(docket.IsConserved);
    }

    [Fact]
    public void E2_wrong_amounts_are_refused_and_what_does_not_fit_too()
    {
        foreach (ulong units in new ulong[] { 0, 1000, 1002, ulong.MaxValue })
        {
            Assert.Equal(DisputeRefusal.WrongBond, _court.Post(DisputeDocket.Empty, _right.Claim, new Amount(units), 0, out DisputeDocket same));
            Assert.Same(DisputeDocket.Empty, same);
        }

        DisputeDocket posted = Posted(_right);
        Assert.Equal(DisputeRefusal.WrongBond, _court.Open(posted, Opening(_right, _challengers[0]), ClaimBond, 0, out _));
        DisputeTerms dear = ToyDispute.Terms with { ClaimBond = new Amount(ulong.MaxValue), ChallengeBond = new Amount(1) };
        DisputeCourt court = new(dear, ToyDispute.Schemes, _right.Referee);
        Assert.Equal(DisputeRefusal.None, court.Post(DisputeDocket.Empty, _right.Claim, dear.ClaimBond, 0, out DisputeDocket full));
        Assert.Equal(DisputeRefusal.Overflow, court.Open(full, Opening(_right, _challengers[0]), dear.ChallengeBond, 0, out _));
        Assert.Equal(DisputeRefusal.Overflow, court.Post(full, _wrong.Claim, dear.ClaimBond, 0, out _));
    }

    [Fact]
    public void E4_E5_money_is_paid_once_and_only_when_its_owner_asks()
    {
        DisputeDocket docket = PlayOut(Open(Posted(_wrong), _wrong, _challengers[0], 0), _wrong, _challengers[0]);
        NodeId winner = _challengers[0].PublicKey.Id;
        Assert.Equal(default, docket.PaidOut);
        Assert.Equal(DisputeRefusal.None, DisputeCourt.PayOut(docket, winner, 50, out docket));
        Assert.Equal((default, new Amount(801)), (docket.CreditOf(winner), docket.PaidOut));
        Assert.Equal(DisputeRefusal.NothingToPay, DisputeCourt.PayOut(docket, winner, 50, out _));
        Assert.Equal(DisputeRefusal.TimeRunsBackwards, DisputeCourt.PayOut(docket, winner, 49, out _));
        Assert.Equal(DisputeRefusal.ClaimIsClosed, _court.Finish(docket, _wrong.Claim.Body.Digest, 5000, out _));
        Assert.Equal(DisputeRefusal.GameIsOver, _court.CallTime(docket, docket.Games.Keys.Single(), 5000, out _));
        Assert.True(docket.IsConserved);
    }

    [Fact]
    public void E7_F3_a_claim_is_convicted_once_and_the_other_challengers_have_their_bonds_back()
    {
        DisputeDocket docket = Posted(_wrong);
        for (int i = 0; i < 5; i++)
        {
            docket = Open(docket, _wrong, _challengers[i], 999);
        }

        Assert.Equal(DisputeRefusal.WindowIsOver, _court.Open(docket, Opening(_wrong, _challengers[5]), ChallengeBond, 1000, out _));
        docket = PlayOut(docket, _wrong, _challengers[3]);
        Assert.Equal(1, docket.Games.Values.Count(static game => game.State.Result == DisputeResult.Convicted));
        Assert.Equal(4, docket.Games.Values.Count(static game => game.State is { Result: DisputeResult.Void, Cause: DisputeCause.ConvictedElsewhere }));
        foreach (int i in new[] { 1, 2, 4 })
        {
            Assert.Equal(ChallengeBond, docket.CreditOf(_challengers[i].PublicKey.Id));
        }

        // Half of the reward of 500 is the first challenger's.
        Assert.Equal((ChallengeBond + new Amount(250), ChallengeBond + new Amount(250)), (docket.CreditOf(_challengers[0].PublicKey.Id), docket.CreditOf(_challengers[3].PublicKey.Id)));

        Assert.Equal(DisputeRefusal.ClaimIsClosed, _court.Open(docket, Opening(_wrong, _challengers[6]), ChallengeBond, 999 + 7, out _));
        Assert.True(docket.IsConserved);
    }

    [Fact]
    public void M9_games_are_found_by_claim_and_by_provider_as_a_look_at_all_of_them_finds_them()
    {
        DisputeDocket docket = Posted(_wrong);
        M9_AssertIndexed(docket);
        for (int i = 0; i < 5; i++)
        {
            docket = Open(docket, _wrong, _challengers[i], 999);
            M9_AssertIndexed(docket);
        }

        Assert.True(docket.IsChallenged(_wrong.Claim.Body.Provider));
        docket = PlayOut(docket, _wrong, _challengers[3]);
        M9_AssertIndexed(docket);
        Assert.False(docket.IsChallenged(_wrong.Claim.Body.Provider));
        Assert.Equal((5, 0), (docket.GamesOf(_wrong.Claim.Body.Digest).Count, docket.OpenGamesOf(_wrong.Claim.Body.Digest).Count));
    }

    internal static void M9_AssertIndexed(DisputeDocket docket)
    {
        foreach ((Digest id, DocketClaim claim) in docket.Claims)
        {
            Assert.Equal([.. docket.Games.Where(game => game.Value.Claim == id).Select(static game => game.Key)], docket.GamesOf(id).ToArray());
            Assert.Equal([.. docket.Games.Where(game => game.Value.Claim == id && game.Value.State.Stage != DisputeStage.Decided).Select(static game => game.Key)], docket.OpenGamesOf(id).ToArray());
            Assert.Equal(docket.OpenGamesOf(id).Count, claim.OpenGames);
            Assert.Equal(docket.GamesOf(id).Count(game => docket.Games[game].State.Result == DisputeResult.Acquitted), claim.Acquittals);
            NodeId provider = claim.Rules.Claim.Body.Provider;
            Assert.Equal(docket.Games.Values.Any(game => game.State.Stage != DisputeStage.Decided && docket.Claims[game.Claim].Rules.Claim.Body.Provider == provider), docket.IsChallenged(provider));
        }
    }

    [Fact]
    public void E8_a_sealed_accusation_counts_for_nobody_else()
    {
        Accusation accusation = _wrong.Accuse(1, 20_000);
        NodeId finder = _challengers[0].PublicKey.Id;
        Digest salt = Digest.Of([5]);
        DisputeDocket docket = Posted(_wrong);
        Digest seal = DisputeOpening.ComputeSeal(finder, salt, accusation);
        DisputeOpening found = _wrong.OpeningBy(_challengers[0], 0, seal);
        DisputeOpening copied = _wrong.OpeningBy(_challengers[1], 0, seal);
        Assert.Equal(DisputeRefusal.None, _court.Open(docket, _challengers[0].Sign(found), ChallengeBond, 1, out docket));
        Assert.Equal(DisputeRefusal.None, _court.Open(docket, _challengers[1].Sign(copied), ChallengeBond, 1, out docket));

        // The copier has seen seal, salt and accusation, and comes first.
        Assert.Equal(DisputeRefusal.WrongSeal, _court.Move(docket, _challengers[1].Sign(DisputeMove.Accuse(copied, _challengers[1].PublicKey.Id, accusation, salt)), 2, out _));
        Assert.Equal(DisputeRefusal.None, _court.Move(docket, _challengers[0].Sign(DisputeMove.Accuse(found, finder, accusation, salt)), 2, out docket));
        Assert.Equal(new Amount(801), docket.CreditOf(finder));
        Assert.Equal(ChallengeBond, docket.CreditOf(_challengers[1].PublicKey.Id));
    }

    [Fact]
    public void E10_E11_bonds_follow_from_costs_and_pay_honest_parties_at_least_theirs()
    {
        Random random = new(11);
        for (int trial = 0; trial < 2000; trial++)
        {
            DisputeCosts costs = new()
            {
                Challenge = new Amount(1 + (ulong)random.NextInt64(1L << random.Next(1, 50))),
                Defense = new Amount(1 + (ulong)random.NextInt64(1L << random.Next(1, 50))),
                Barred = new Amount((ulong)random.NextInt64(1L << random.Next(1, 50))),
                ValueAtRisk = new Amount((ulong)random.NextInt64(1L << random.Next(1, 50))),
                Detection = random.Next(4) == 0 ? Probability64.Always : Probability64.FromDouble(0.001 + (0.99 * random.NextDouble())),
                RatioPermille = random.Next(1000, 10_000),
            };
            DisputeTerms terms = costs.SetBonds(ToyDispute.Terms with { BurnPermille = random.Next(500, 1000) });
            (Amount reward, Amount burnt) = terms.Split(terms.ClaimBond);
            (Amount compensation, Amount lost) = terms.Split(terms.ChallengeBond);
            Assert.Equal((terms.ClaimBond, terms.ChallengeBond), (reward + burnt, compensation + lost));
            Assert.True(burnt.Units >= terms.ClaimBond.Units - burnt.Units && lost.Units >= terms.ChallengeBond.Units - lost.Units, "At least half is burnt.");
            Assert.True((UInt128)reward.Units * 1000 >= (UInt128)costs.Challenge.Units * (uint)costs.RatioPermille, "An honest challenger gets ρ times its costs.");
            Assert.True((UInt128)compensation.Units * 1000 >= (UInt128)(costs.Defense + costs.Barred).Units * (uint)costs.RatioPermille, "An honest claimant gets ρ times its costs.");
            Assert.True((UInt128)(reward.Units / 2) * 1000 >= (UInt128)costs.Challenge.Units * (uint)costs.RatioPermille, "So does one whom another preempts.");
            Assert.True(costs.Detection == Probability64.Always
                ? burnt > costs.ValueAtRisk
                : (UInt128)burnt.Units * costs.Detection.Numerator > (UInt128)costs.ValueAtRisk.Units << 64, "A wrong claim loses more than it wins, also where it convicts itself.");
        }

        DisputeCosts some = new() { Challenge = new Amount(10), Defense = new Amount(10) };
        Assert.Throws<ArgumentException>(() => some.SetBonds(ToyDispute.Terms with { MaxReward = new Amount(9) }));
        Assert.Throws<ArgumentException>(() => some.SetBonds(ToyDispute.Terms with { BurnPermille = 1000 }));
        Assert.Throws<ArgumentException>(() => (some with { Detection = Probability64.Never }).SetBonds(ToyDispute.Terms));
        Assert.Throws<ArgumentException>(() => (some with { RatioPermille = 999 }).SetBonds(ToyDispute.Terms));
        Assert.Throws<OverflowException>(() => (some with { Challenge = new Amount(ulong.MaxValue) }).SetBonds(ToyDispute.Terms));
    }

    // L7: who is about to be convicted convicts itself by a second identity, in one move.
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void L7_a_cheat_that_convicts_itself_loses_more_than_it_wins_and_pays_who_found_it(double detection)
    {
        DisputeCosts costs = new() { Challenge = new Amount(40), Defense = new Amount(30), ValueAtRisk = new Amount(5000), Detection = Probability64.FromDouble(detection), RatioPermille = 1500 };
        DisputeTerms terms = costs.SetBonds(ToyDispute.Terms);
        DisputeCourt court = new(terms, ToyDispute.Schemes, _wrong.Referee);
        (EcdsaP256Signer honest, EcdsaP256Signer sybil) = (_challengers[0], _challengers[1]);
        Assert.Equal(DisputeRefusal.None, court.Post(DisputeDocket.Empty, _wrong.Claim, terms.ClaimBond, 0, out DisputeDocket docket));
        Assert.Equal(DisputeRefusal.None, court.Open(docket, honest.Sign(_wrong.OpeningBy(honest) with { Terms = terms.Digest }), terms.ChallengeBond, 1, out docket));
        Digest salt = Digest.Of([1]);
        Accusation accusation = _wrong.Accuse(1, 20_000);
        DisputeOpening opening = _wrong.OpeningBy(sybil, 0, DisputeOpening.ComputeSeal(sybil.PublicKey.Id, salt, accusation)) with { Terms = terms.Digest };
        Assert.Equal(DisputeRefusal.None, court.Open(docket, sybil.Sign(opening), terms.ChallengeBond, 2, out docket));
        Assert.Equal(DisputeRefusal.None, court.Move(docket, sybil.Sign(DisputeMove.Accuse(opening, sybil.PublicKey.Id, accusation, salt)), 3, out docket));
        Assert.True(docket.IsConserved);

        ulong found = docket.CreditOf(honest.PublicKey.Id).Units - terms.ChallengeBond.Units;
        Assert.True(found * 1000 >= costs.Challenge.Units * (ulong)costs.RatioPermille, $"{found}");
        ulong back = docket.CreditOf(sybil.PublicKey.Id).Units + docket.CreditOf(Claimant).Units;
        ulong loss = terms.ClaimBond.Units + terms.ChallengeBond.Units - back;
        Assert.True(loss * detection > costs.ValueAtRisk.Units, $"{loss}");
    }

    [Fact]
    public void A_limit_of_rewards_burns_the_rest() =>
        Assert.Equal((new Amount(100), new Amount(901)), (ToyDispute.Terms with { MaxReward = new Amount(100) }).Split(new Amount(1001)));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void F1_D14_a_right_claim_survives_any_number_of_challengers_and_is_final_in_time(int challengers)
    {
        DisputeDocket docket = Posted(_right);
        for (int i = 0; i < challengers; i++)
        {
            docket = Open(docket, _right, _challengers[i], 999);
        }

        Assert.Equal(DisputeRefusal.GamesAreOpen, _court.Finish(docket, _right.Claim.Body.Digest, 1000, out _));
        for (int i = 0; i < challengers; i++)
        {
            docket = PlayOut(docket, _right, _challengers[i]);
        }

        Assert.True(docket.LastTime <= ToyDispute.Terms.LongestFinality);
        Assert.Equal(DisputeRefusal.None, _court.Finish(docket, _right.Claim.Body.Digest, (long)ToyDispute.Terms.LongestFinality, out docket));
        Assert.Equal(DocketClaimStatus.Final, docket.Claims[_right.Claim.Body.Digest].Status);
        Assert.Equal(ClaimBond + (new Amount(150) * (ulong)challengers), docket.CreditOf(Claimant));
        Assert.True(docket.IsConserved);
    }

    [Fact]
    public void F9_games_over_one_claim_do_not_change_each_other()
    {
        DisputeDocket docket = Open(Open(Posted(_right), _right, _challengers[0], 0), _right, _challengers[1], 0);
        DocketGame before = Game(docket, _right, _challengers[1]);
        docket = PlayOut(docket, _right, _challengers[0]);
        Assert.Equal(before, Game(docket, _right, _challengers[1]));
    }

    [Fact]
    public void Commands_that_name_nothing_or_come_at_the_wrong_time_are_refused_and_change_nothing()
    {
        DisputeDocket docket = Open(Posted(_right), _right, _challengers[0], 5);
        Digest claim = _right.Claim.Body.Digest;
        (DisputeRefusal Expected, Func<(DisputeRefusal, DisputeDocket)> Command)[] cases =
        [
            (DisputeRefusal.ClaimExists, () => (_court.Post(docket, _right.Claim, ClaimBond, 5, out DisputeDocket next), next)),
            (DisputeRefusal.ClaimRefused, () => (_court.Post(docket, _right.Sign(9, _right.Trace.Commitment, default, Digest.Of([1])), ClaimBond, 5, out DisputeDocket next), next)),
            (DisputeRefusal.ClaimRefused, () => (_court.Post(docket, _wrong.Claim with { Trace = _right.Trace.Commitment }, ClaimBond, 5, out DisputeDocket next), next)),
            (DisputeRefusal.ClaimUnknown, () => (_court.Open(docket, Opening(_wrong, _challengers[0]), ChallengeBond, 5, out DisputeDocket next), next)),
            (DisputeRefusal.ClaimUnknown, () => (_court.Finish(docket, default, 5, out DisputeDocket next), next)),
            (DisputeRefusal.GameExists, () => (_court.Open(docket, Opening(_right, _challengers[0]), ChallengeBond, 5, out DisputeDocket next), next)),
            (DisputeRefusal.GameUnknown, () => (_court.CallTime(docket, default, 5, out DisputeDocket next), next)),
            (DisputeRefusal.GameUnknown, () => (_court.Move(docket, ToyDispute.Claimant.Sign(_right.Defend(_right.Open())), 5, out DisputeDocket next), next)),
            (DisputeRefusal.WindowIsOpen, () => (_court.Finish(docket, claim, 999, out DisputeDocket next), next)),
            (DisputeRefusal.GamesAreOpen, () => (_court.Finish(docket, claim, 1000, out DisputeDocket next), next)),
            (DisputeRefusal.TimeRunsBackwards, () => (_court.Finish(docket, claim, 4, out DisputeDocket next), next)),
            (DisputeRefusal.TimeRunsBackwards, () => (_court.Post(docket, _wrong.Claim, ClaimBond, 4, out DisputeDocket next), next)),
            (DisputeRefusal.TimeRunsBackwards, () => (_court.Open(docket, Opening(_right, _challengers[1]), ChallengeBond, 4, out DisputeDocket next), next)),
            (DisputeRefusal.TimeRunsBackwards, () => (_court.CallTime(docket, docket.Games.Keys.Single(), 4, out DisputeDocket next), next)),
            (DisputeRefusal.TimeIsNotUp, () => (_court.CallTime(docket, docket.Games.Keys.Single(), 104, out DisputeDocket next), next)),
            (DisputeRefusal.ChallengesItself, () => (_court.Open(docket, Opening(_right, ToyDispute.Claimant), ChallengeBond, 5, out DisputeDocket next), next)),
        ];
        foreach ((DisputeRefusal expected, Func<(DisputeRefusal Refusal, DisputeDocket Next)> command) in cases)
        {
            (DisputeRefusal refusal, DisputeDocket next) = command();
            Assert.Equal(expected, refusal);
            Assert.Same(docket, next);
        }
    }

    [Fact]
    public void C3_a_challenge_is_in_time_exactly_until_the_claim_can_be_final()
    {
        DisputeDocket docket = Posted(_right);
        for (long tick = 990; tick < 1010; tick++)
        {
            bool open = _court.Open(docket, Opening(_right, _challengers[0]), ChallengeBond, tick, out _) == DisputeRefusal.None;
            bool final = _court.Finish(docket, _right.Claim.Body.Digest, tick, out _) == DisputeRefusal.None;
            Assert.True(open != final);
            Assert.Equal(tick < 1000, open);
        }
    }

    // Two identities of one person who play each other: whoever loses, both together have less than before.
    [Fact]
    public void E3_K_self_play_loses_in_every_way_to_end_a_game()
    {
        foreach (ToyDispute toy in new[] { _right, _wrong })
        {
            foreach (DisputeStage silent in Enum.GetValues<DisputeStage>().Where(static stage => stage > DisputeStage.None))
            {
                DisputeDocket docket = Open(Posted(toy), toy, _challengers[0], 0);
                DisputeState state = Game(docket, toy, _challengers[0]).State;
                long time = 0;
                while (state.Stage < silent)
                {
                    DisputeMove move = state.IsClaimantsTurn ? toy.Defend(state) : toy.Attack(state, _challengers[0]);
                    Assert.Equal(DisputeRefusal.None, _court.Move(docket, (state.IsClaimantsTurn ? ToyDispute.Claimant : _challengers[0]).Sign(move), ++time, out docket));
                    state = Game(docket, toy, _challengers[0]).State;
                }

                if (state.Stage != DisputeStage.Decided)
                {
                    Assert.Equal(DisputeRefusal.None, _court.CallTime(docket, state.Game, (long)state.Deadline, out docket));
                }

                _ = _court.Finish(docket, toy.Claim.Body.Digest, 2000, out docket);
                ulong back = docket.CreditOf(Claimant).Units + docket.CreditOf(_challengers[0].PublicKey.Id).Units;
                ulong least = Math.Min(ClaimBond.Units, ChallengeBond.Units) / 2;
                Assert.True(back + least <= docket.Deposited.Units, $"{toy.Claim.Body.Digest}, silent at {silent}: {back} of {docket.Deposited}");
                Assert.True(docket.IsConserved);
                M9_AssertIndexed(docket);
            }
        }
    }

    private static DisputeDocket Posted(ToyDispute toy)
    {
        Assert.Equal(DisputeRefusal.None, _court.Post(DisputeDocket.Empty, toy.Claim, ClaimBond, 0, out DisputeDocket docket));
        return docket;
    }

    private static Signed<DisputeOpening> Opening(ToyDispute toy, EcdsaP256Signer challenger) => challenger.Sign(toy.OpeningBy(challenger));

    private static DisputeDocket Open(DisputeDocket docket, ToyDispute toy, EcdsaP256Signer challenger, long time)
    {
        Assert.Equal(DisputeRefusal.None, _court.Open(docket, Opening(toy, challenger), ChallengeBond, time, out DisputeDocket next));
        return next;
    }

    private static DocketGame Game(DisputeDocket docket, ToyDispute toy, EcdsaP256Signer challenger) => docket.Games[toy.OpeningBy(challenger).Game];

    private static DisputeDocket PlayOut(DisputeDocket docket, ToyDispute toy, EcdsaP256Signer challenger)
    {
        DisputeState state = Game(docket, toy, challenger).State;
        while (state.Stage != DisputeStage.Decided)
        {
            DisputeMove move = state.IsClaimantsTurn ? toy.Defend(state) : toy.Attack(state, challenger);
            Assert.Equal(DisputeRefusal.None, _court.Move(docket, (state.IsClaimantsTurn ? ToyDispute.Claimant : challenger).Sign(move), docket.LastTime, out docket));
            Assert.True(docket.IsConserved);
            state = Game(docket, toy, challenger).State;
        }

        return docket;
    }
}
