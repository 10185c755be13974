using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tests.Hostile;

namespace Verifiable.Inference.Tests.Claims;

/// <summary>What is remembered of a digest is that of the object at hand, whatever it was copied from.</summary>
public sealed class DigestMemoryTests
{
    [Fact]
    public void A_changed_copy_has_its_own_digest_and_the_original_keeps_its_own()
    {
        Digest other = Digest.Of("other"u8);
        foreach (TaskEnvelope envelope in ClaimSeeds.Envelopes())
        {
            AssertOwn(envelope, same => same with { Binding = other }, value => value.Digest);
        }

        foreach (InferenceRequest request in ClaimSeeds.Requests())
        {
            AssertOwn(request, same => same with { Nonce = other }, value => value.Digest);
        }

        foreach (InferenceClaim claim in ClaimSeeds.Claims())
        {
            AssertOwn(claim, same => same with { Salt = other }, value => value.Digest);
        }

        foreach (WorkDescription work in ClaimSeeds.Works())
        {
            AssertOwn(work, same => same with { ModelId = other }, value => value.Id);
        }
    }

    private static void AssertOwn<T>(T value, Func<T, T> change, Func<T, Digest> digestOf)
        where T : class, ICanonical<T>
    {
        T untouched = change(value); // copied before anything is remembered
        Digest before = digestOf(value);
        T changed = change(value);
        Assert.Equal(value.ToDigest(), before);
        Assert.Equal(before, digestOf(value));
        Assert.Equal(changed.ToDigest(), digestOf(changed));
        Assert.Equal(digestOf(untouched), digestOf(changed));
        Assert.NotEqual(before, digestOf(changed));
        Assert.Equal(value.ToDigest(), digestOf(value));
        Assert.NotEqual(value, changed);
        Assert.Equal(untouched, changed);
    }
}
