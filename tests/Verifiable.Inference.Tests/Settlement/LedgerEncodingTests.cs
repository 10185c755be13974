using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class LedgerEncodingTests
{
    private static readonly EcdsaP256Signer _signer = EcdsaP256Signer.FromSeed("provider"u8);

    private static readonly LedgerCommand[] _commands =
    [
        new Deposit(LedgerWorld.Node(1), new Amount(1)),
        new Withdraw(LedgerWorld.Node(1), new Amount(ulong.MaxValue)),
        new Bond(default, default),
        new Unbond(LedgerWorld.Node(2), new Amount(3)),
        LedgerWorld.Open(LedgerWorld.Task(1), LedgerWorld.Node(1), LedgerWorld.Node(2), 50, 20, 30, long.MinValue, long.MaxValue),
        new AcceptTask(LedgerWorld.Task(1), LedgerWorld.Node(2)),
        new PostClaim(LedgerWorld.Task(1), LedgerWorld.Node(2), LedgerWorld.Claim(1)),
        new CancelTask(LedgerWorld.Task(1)),
        new Settle(default, default),
        new Settle(
            [new TaskSettlement(LedgerWorld.Task(1), SettlementCause.Convicted, LedgerWorld.Claim(1)) { Claim = LedgerWorld.Claim(2) }, new TaskSettlement(default, SettlementCause.None, default)],
            [new Transfer(LedgerWorld.Task(1), TransferSource.Stake, LedgerWorld.Node(1), new Amount(9), TransferPurpose.Bounty), Transfer.Burn(default, TransferSource.None, default)]),
        new ForfeitOpening(LedgerWorld.Task(1)),
        new ExpireSilence(LedgerWorld.Task(1)),
        new DemandClaim(LedgerWorld.Task(1)),
        new RevealClaim(LedgerWorld.Task(1), LedgerWorld.Node(2), LedgerWorld.Claim(1)),
        new Once(LedgerWorld.Claim(1), long.MaxValue, new Deposit(LedgerWorld.Node(1), new Amount(1))),
        new CollectStake(LedgerWorld.Node(1)),
        new LockCollateral(LedgerWorld.Claim(1), LedgerWorld.Node(1), new Amount(7), 5),
        new ReleaseCollateral(LedgerWorld.Claim(1)),
        new ForfeitCollateral(LedgerWorld.Claim(1), [new Transfer(LedgerWorld.Claim(1), TransferSource.Collateral, LedgerWorld.Node(2), new Amount(1), TransferPurpose.Bounty)]),
        new ForfeitCollateral(default, default),
        LedgerWorld.Open(LedgerWorld.Task(1), LedgerWorld.Node(1), LedgerWorld.Node(2), 5, 3, 2, 10, 20) with { ClaimBond = new Amount(4) },
        new HoldTask(LedgerWorld.Task(1), LedgerWorld.Claim(1)),
        new DecideTask(LedgerWorld.Task(1), IsConvicted: true),
        new DecideTask(LedgerWorld.Task(1), IsConvicted: false),
        new Settle([new TaskSettlement(LedgerWorld.Task(1), SettlementCause.Convicted, LedgerWorld.Claim(2)) { Court = CourtStanding.Convicted, IsRevealed = true }], default),
    ];

    [Fact]
    public void Commands_and_entries_read_back_equal()
    {
        HashSet<Digest> digests = [];
        foreach (LedgerCommand command in _commands)
        {
            Assert.True(Canonical.TryRead(command.ToBytes(), out LedgerCommand? read));
            Assert.Equal(command, read);
            Assert.Equal(command.GetHashCode(), read.GetHashCode());
            Assert.True(digests.Add(command.ToDigest()));
            foreach (LedgerEntry entry in Entries(command))
            {
                Assert.True(Canonical.TryRead(entry.ToBytes(), out LedgerEntry? same));
                Assert.Equal(entry, same);
                Assert.True(digests.Add(entry.ToDigest()));
            }
        }

        Assert.Equal(20, _commands.Select(command => command.GetType()).Distinct().Count());
    }

    [Fact]
    public void No_bytes_are_a_second_encoding_and_none_throw()
    {
        Random random = new(11);
        foreach (LedgerCommand command in _commands)
        {
            foreach (byte[] bytes in Mutants(command.ToBytes(), random))
            {
                if (Canonical.TryRead(bytes, out LedgerCommand? read))
                {
                    Assert.Equal(bytes, read.ToBytes());
                    _ = LedgerState.Empty.Apply(read, 10, out _);
                }
            }

            foreach (byte[] bytes in Entries(command).SelectMany(entry => Mutants(entry.ToBytes(), random)))
            {
                if (Canonical.TryRead(bytes, out LedgerEntry? read))
                {
                    Assert.Equal(bytes, read.ToBytes());
                }
            }
        }
    }

    [Fact]
    public void A_settlement_equals_by_content()
    {
        Settle settle = new([new TaskSettlement(LedgerWorld.Task(1), SettlementCause.Served, default)], []);
        Assert.Equal(settle, new Settle([new TaskSettlement(LedgerWorld.Task(1), SettlementCause.Served, default)], default));
        Assert.NotEqual(settle, new Settle([new TaskSettlement(LedgerWorld.Task(1), SettlementCause.Silent, default)], []));
        Assert.NotEqual(settle, new Settle(settle.Tasks, [Transfer.Burn(LedgerWorld.Task(1), TransferSource.Escrow, new Amount(1))]));
    }

    [Fact]
    public void An_audit_commitment_binds_the_secret_under_its_own_label()
    {
        Digest secret = LedgerWorld.Claim(1);
        byte[] bytes = [20, .. "vinf/audit-secret/v1"u8, .. new byte[Digest.Size]];
        secret.CopyTo(bytes.AsSpan(21));
        Assert.Equal(Digest.Of(bytes), AuditSecret.Commit(secret));
        Assert.NotEqual(AuditSecret.Commit(secret), AuditSecret.Commit(default));
    }

    private static IEnumerable<LedgerEntry> Entries(LedgerCommand command)
    {
        yield return new LedgerEntry(1, 2, command, null, LedgerWorld.Claim(5));
        yield return new LedgerEntry(ulong.MaxValue, -1, command, new CommandAuthorization(_signer.PublicKey, new OpaqueBytes([1, 2, 3])), default);
    }

    // Every bit flipped once, every prefix, a tail, and random damage: about 50 000 inputs in all.
    private static IEnumerable<byte[]> Mutants(byte[] bytes, Random random)
    {
        for (int i = 0; i < 8 * bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            yield return flipped;
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            yield return bytes[..length];
        }

        yield return [.. bytes, 0];
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. bytes];
            for (int j = random.Next(1, 4); j > 0; j--)
            {
                damaged[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            yield return damaged;
        }
    }
}
