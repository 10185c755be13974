using System.Globalization;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Laws of every reader of bytes from outside. <c>VERIFIABLE_FUZZ_INPUTS</c> sets the number of mutated inputs a reader (default 100000).</summary>
public sealed class HostileBytesTests
{
    private const int DefaultInputs = 100_000;
    private const int Seed = 20260;
    private const int Slices = 8;

    public static TheoryData<string> Readers => ReaderRegistry.Names;

    [Fact]
    public void Every_canonical_type_is_in_the_registry()
    {
        string[] registered = [.. ReaderRegistry.All.Select(static reader => reader.Name)];
        IEnumerable<Type> types = ReaderRegistry.Library.GetTypes().Where(static type => !type.IsInterface && type.GetInterfaces().Any(
            of => of.IsGenericType && of.GetGenericTypeDefinition() == typeof(ICanonical<>) && of.GetGenericArguments()[0].Name == type.Name));
        Assert.All(types, type => Assert.Contains(registered, reader => reader == type.Name || (type.IsGenericType && reader.StartsWith(type.Name[..type.Name.IndexOf('`')] + "<", StringComparison.Ordinal))));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Every_seed_reads_and_encodes_to_its_own_bytes(string name)
    {
        HostileReader reader = ReaderRegistry.Get(name);
        Assert.NotEmpty(reader.Seeds());
        foreach (byte[] seed in reader.Seeds())
        {
            Assert.True(reader.TryRead(seed, out object? value));
            Assert.Equal(seed, reader.Encode(value!));
        }
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A11_every_truncated_or_extended_seed_is_refused(string name)
    {
        HostileReader reader = ReaderRegistry.Get(name);
        foreach (byte[] seed in reader.Seeds())
        {
            for (int length = 0; length < seed.Length; length++)
            {
                Assert.False(reader.TryRead(seed.AsSpan(0, length), out _));
            }

            Assert.False(reader.TryRead([.. seed, 0], out _));
            Assert.False(reader.TryRead([.. seed, .. seed], out _));
        }
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A11_A12_mutated_bytes_never_throw_never_read_as_another_encoding_and_never_take_much_memory(string name)
    {
        HostileReader reader = ReaderRegistry.Get(name);
        long inputs = long.TryParse(Environment.GetEnvironmentVariable("VERIFIABLE_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out long wanted) ? wanted : DefaultInputs;
        IReadOnlyList<byte[]> seeds = reader.Seeds();
        long accepted = 0;

        // Always as many slices, each with a mutator of its own: the inputs are the same on any number of cores.
        Parallel.For(0, Slices, slice =>
        {
            Mutator mutator = new(Seed + slice, seeds);
            long mine = 0;
            for (long i = slice; i < inputs; i += Slices)
            {
                mine += Check(reader, mutator.Next(), i) ? 1 : 0;
            }

            _ = Interlocked.Add(ref accepted, mine);
        });

        // Neither law would say anything if all mutants went one way.
        Assert.InRange(accepted, 1, inputs - 1);
    }

    private static bool Check(HostileReader reader, byte[] bytes, long number)
    {
        bool read = false;
        object? value = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? thrown = Record(() => read = reader.TryRead(bytes, out value));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (thrown is not null || allocated > (64 * 1024) + (64L * bytes.Length) || (read && !reader.Encode(value!).AsSpan().SequenceEqual(bytes)))
        {
            Assert.Fail($"{reader.Name}, input {number}: read {read}, {allocated} bytes allocated, threw {thrown}. Bytes: {Convert.ToHexString(bytes)}");
        }

        return read;
    }

    // Any exception is the failure looked for.
    private static Exception? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }
}
