using System.Collections.Immutable;
using System.Globalization;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>I7: whatever is said of a right claim, it is not convicted; and I8: whatever one changes in a claim, it is.</summary>
/// <remarks><c>DISPUTE_FUZZ</c> sets the number of accusations of right claims, over all models (default 100000); ten million take some twenty minutes.</remarks>
public sealed class RefereeFuzzTests
{
    private static readonly long _accusations = long.Parse(Environment.GetEnvironmentVariable("DISPUTE_FUZZ") ?? "100000", CultureInfo.InvariantCulture);
    private static readonly string[] _models = ["iris.onnx", "cnn-1", "mixed", "chance"];

    public static TheoryData<string> Models => [.. _models];

    [Theory]
    [MemberData(nameof(Models))]
    public void I7_no_accusation_convicts_a_right_claim(string name)
    {
        DisputeScene scene = RefereeTests.Scene(name);
        Accusation[] pool = [.. Pool(scene, new Random(1), 60)];
        byte[][] encoded = [.. pool.Select(static accusation => accusation.ToBytes())];
        Random random = new(2);
        long judged = 0;
        long decided = 0;
        for (long i = 0; i < _accusations / _models.Length; i++)
        {
            // Parts of different accusations put together, or bytes changed anywhere.
            Accusation? accusation = i % 4 == 0 ? Mix(pool, random) : null;
            if (accusation is null)
            {
                byte[] bytes = [.. encoded[random.Next(encoded.Length)]];
                for (int flips = random.Next(1, 4); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                if (!Canonical.TryRead(bytes, out accusation))
                {
                    continue;
                }
            }

            judged++;
            RefereeRuling ruling = scene.Judge(accusation);
            decided += ruling.Kind == RulingKind.Acquitted ? 1 : 0;
            Assert.True(ruling.Kind != RulingKind.Convicted, $"{i}: {accusation.Kind}, graph node {accusation.Leaf?.Leaf.Node}, output {accusation.Output}, element {accusation.Element}: {ruling}");
            Assert.NotEqual(RulingReason.DefinitionFailed, ruling.Reason);
        }

        Assert.True(judged > _accusations / _models.Length / 8 && decided > judged / 50, $"{judged} judged, {decided} decided");
    }

    // Sound accusations of many graph nodes, all of which acquit.
    private static IEnumerable<Accusation> Pool(DisputeScene scene, Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int node = random.Next(scene.Trace.Leaves.Length);
            int output = random.Next(scene.Trace.Leaves[node].Outputs.Length);
            ImmutableArray<TensorLayout> layouts = scene.Layouts(node, output);
            if (layouts.IsEmpty || scene.Output(node, output).Length == 0)
            {
                continue;
            }

            TensorLayout layout = layouts[random.Next(layouts.Length)];
            Accusation accusation = random.Next(8) == 0 ? scene.AccuseSignature(node, output) : scene.Accuse(node, output, random.Next(scene.Output(node, output).Length), layout);
            Assert.Equal(RulingKind.Acquitted, scene.Judge(accusation).Kind);
            yield return accusation;
        }
    }

    private static Accusation? Mix(Accusation[] pool, Random random)
    {
        Accusation Any() => pool[random.Next(pool.Length)];
        Accusation one = Any();
        Accusation two = random.Next(2) == 0 ? one : Any();
        ImmutableArray<InputEvidence> inputs = (random.Next(3) == 0 ? two : one).Inputs;
        if (!inputs.IsEmpty && random.Next(2) == 0)
        {
            InputEvidence other = Any().Inputs is { IsEmpty: false } found ? found[random.Next(found.Length)] : inputs[0];
            int place = random.Next(inputs.Length);
            InputEvidence known = inputs[place];
            inputs = inputs.SetItem(place, new InputEvidence(known.Input, random.Next(2) == 0 ? known.Leaf : other.Leaf, random.Next(2) == 0 ? known.Tensor : other.Tensor));
        }

        TensorEvidence accused = (random.Next(3) == 0 ? two : one).Accused!;
        long element = random.Next(3) == 0 ? one.Element : random.Next((int)Math.Min(1000, 1 + accused.Header.Shape.ElementCount));
        return random.Next(6) switch
        {
            0 => Accusation.OfSignature(one.Leaf!, two.Output, new TensorEvidence(accused.Header, accused.Root, []), inputs),
            1 when two.Accused!.Header.Layout != accused.Header.Layout => Accusation.OfLayouts(one.Leaf!, one.Output, element, accused, two.Accused),
            2 => Accusation.OfInterface([new InputEvidence(random.Next(4), null, new TensorEvidence(accused.Header, accused.Root, []))]),
            3 => Accusation.OfLeaf(one.Leaf!),
            _ => Accusation.OfElement(one.Leaf!, two.Output, element, accused, inputs),
        };
    }
}
