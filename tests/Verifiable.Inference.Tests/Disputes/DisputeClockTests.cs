using Verifiable.Inference.Claims;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Tests.Disputes;

/// <summary>The clocks, tick by tick, against a plain account of them. Codes in names are those of the list of attacks in the documentation.</summary>
public sealed class DisputeClockTests
{
    private static readonly ToyDispute _wrong = new(corrupt: static (node, bytes) => bytes[20_000] ^= (byte)(node == 1 ? 1 : 0));

    [Fact]
    public void D1_D12_a_move_is_in_time_exactly_where_time_cannot_be_called()
    {
        // Every turn, after every use of the turns before it, at every tick around the end.
        foreach (int used in new[] { 1, 30, 79, 99 })
        {
            DisputeState state = _wrong.Open(7);
            long time = 7;
            while (state.Stage != DisputeStage.Decided)
            {
                for (long tick = time; tick <= time + 140; tick++)
                {
                    DisputeMove move = state.IsClaimantsTurn ? _wrong.Defend(state) : _wrong.Attack(state);
                    bool late = tick >= state.Deadline;
                    Assert.Equal(late ? DisputeRefusal.None : DisputeRefusal.TimeIsNotUp, DisputeGame.CallTime(state, tick, out DisputeState ended));
                    Assert.Equal(late, ended.Stage == DisputeStage.Decided);
                    if (tick == time || tick >= state.Deadline - 1)
                    {
                        Assert.Equal(late ? DisputeRefusal.TimeIsUp : DisputeRefusal.None, _wrong.Play(state, move, tick, out _));
                    }

                    if (tick > state.Deadline)
                    {
                        break;
                    }
                }

                time = (long)Int128.Min(time + used, state.Deadline - 1);
                Assert.Equal(DisputeRefusal.None, _wrong.Play(state, state.IsClaimantsTurn ? _wrong.Defend(state) : _wrong.Attack(state), time, out state));
            }
        }
    }

    [Fact]
    public void D2_D3_D11_clocks_are_those_of_a_plain_account_and_every_last_moment_can_be_used()
    {
        DisputeTerms terms = ToyDispute.Terms;
        Random random = new(3);
        for (int trial = 0; trial < 60; trial++)
        {
            long[] left = [terms.Budget, terms.Budget];
            long time = random.Next(100);
            long opened = time;
            DisputeState state = _wrong.Open(time);
            while (state.Stage != DisputeStage.Decided)
            {
                int party = state.IsClaimantsTurn ? 0 : 1;
                long least = state.Stage is DisputeStage.Trace or DisputeStage.Output ? 2 * terms.Extension : terms.Extension;
                left[party] = Math.Max(left[party], least);
                Assert.Equal(time + left[party], state.Deadline);
                long use = trial == 0 || random.Next(3) == 0 ? left[party] - 1 : random.NextInt64(left[party]);
                left[party] -= use;
                time += use;
                Assert.Equal(DisputeRefusal.None, _wrong.Play(state, party == 0 ? _wrong.Defend(state) : _wrong.Attack(state), time, out state));
            }

            Assert.True(time - opened < terms.LongestGame);
            Assert.True(trial > 0 || time - opened > 2 * terms.Budget, "Whoever uses every last moment gets extensions.");
        }
    }

    [Fact]
    public void D4_D6_time_can_be_called_late_by_anybody_with_the_same_result()
    {
        foreach (DisputeStage stage in Enum.GetValues<DisputeStage>().Where(stage => stage is > DisputeStage.None and < DisputeStage.Decided))
        {
            DisputeState state = _wrong.PlayTo(stage);
            Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, (long)state.Deadline, out DisputeState first));
            foreach (long later in new[] { (long)state.Deadline + 1, (long)state.Deadline + 1_000_000_000, long.MaxValue })
            {
                Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, later, out DisputeState next));
                Assert.Equal(first, next);
            }

            (DisputeResult, DisputeCause) expected = state.IsClaimantsTurn ? (DisputeResult.Convicted, DisputeCause.ClaimantSilent) : (DisputeResult.Acquitted, DisputeCause.ChallengerSilent);
            Assert.Equal(expected, (first.Result, first.Cause));
            Assert.Equal(DisputeRefusal.GameIsOver, DisputeGame.CallTime(first, long.MaxValue, out DisputeState same));
            Assert.Same(first, same);
        }
    }

    [Fact]
    public void D5_where_both_are_silent_the_one_whose_turn_it_was_has_lost()
    {
        // Nobody moves and nobody calls until long after both budgets are over: the turn decides, not who comes first.
        DisputeState state = _wrong.Open();
        Assert.Equal(DisputeRefusal.TimeIsUp, _wrong.Play(state, _wrong.Defend(state), 1_000_000, out _));
        Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, 1_000_001, out DisputeState end));
        Assert.Equal((DisputeResult.Convicted, DisputeCause.ClaimantSilent), (end.Result, end.Cause));
    }

    [Fact]
    public void D7_at_one_tick_either_the_move_counts_or_the_call_never_both()
    {
        DisputeState state = _wrong.Open();
        foreach (long tick in new[] { (long)state.Deadline - 1, (long)state.Deadline })
        {
            DisputeRefusal move = _wrong.Play(state, _wrong.Defend(state), tick, out _);
            DisputeRefusal call = DisputeGame.CallTime(state, tick, out _);
            Assert.True((move == DisputeRefusal.None) != (call == DisputeRefusal.None));
        }
    }

    [Fact]
    public void D8_time_never_runs_backwards_in_a_game()
    {
        DisputeState state = _wrong.PlayTo(DisputeStage.ChunkName, _wrong.Open(1000), 1000);
        Assert.Equal(DisputeRefusal.TimeRunsBackwards, _wrong.Play(state, _wrong.Attack(state), 1000, out _));
        Assert.Equal(DisputeRefusal.TimeRunsBackwards, DisputeGame.CallTime(state, 0, out _));
        Assert.Equal(DisputeRefusal.None, _wrong.Play(state, _wrong.Attack(state), 1003, out _));
    }

    [Fact]
    public void D9_the_largest_budgets_and_times_do_not_overflow()
    {
        DisputeTerms terms = ToyDispute.Terms with { Window = 1, Budget = (long.MaxValue - 1) / 2 / 5, Extension = (long.MaxValue - 1) / 2 / 5, MaxFinality = long.MaxValue };
        Assert.Empty(terms.Validate());
        DisputeGame rules = new(_wrong.Claim, terms, _wrong.Referee, ToyDispute.Schemes);
        foreach (long start in new[] { long.MinValue, 0, long.MaxValue })
        {
            Assert.Equal(DisputeRefusal.None, rules.Open(ToyDispute.Challenger.Sign(_wrong.OpeningBy(ToyDispute.Challenger) with { Terms = terms.Digest }), start, out DisputeState? state));
            DisputeRefusal refusal = DisputeGame.CallTime(state!, long.MaxValue, out _);
            Assert.Equal(start == long.MaxValue ? DisputeRefusal.TimeIsNotUp : DisputeRefusal.None, refusal);
        }

        Assert.NotEmpty((terms with { Budget = long.MaxValue, Extension = 0 }).Validate());
        Assert.Empty((ToyDispute.Terms with { Extension = 0 }).Validate());
    }

}
