using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Samples.Quickstart;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>The digits, the model that is asked for, what cheats run instead, and the right answers.</summary>
internal sealed class SampleModels
{
    private SampleModels(DigitModels models, DigitImage[] images)
    {
        Honest = new SavedAnswers(models.Honest);
        Cheaper = new SavedAnswers(models.Cheaper);
        Skipped = new SavedAnswers(models.Skipped);
        Images = images;
    }

    public SavedAnswers Honest { get; }

    public SavedAnswers Cheaper { get; }

    public SavedAnswers Skipped { get; }

    public DigitImage[] Images { get; }

    public CommittedTensors[] Right { get; private set; } = [];

    public static async Task<SampleModels> LoadAsync()
    {
        SampleModels models = new(new DigitModels(), DigitImage.Load(DigitImage.Available));
        models.Right = new CommittedTensors[models.Images.Length];
        for (int i = 0; i < models.Images.Length; i++)
        {
            // All three, so that nothing is left to compute when the clock is virtual.
            GenerationOptions options = new((ulong)i);
            models.Right[i] = CommittedTensors.Of(await models.Honest.RunAsync(models.Images[i].Inputs, options));
            _ = await models.Cheaper.RunAsync(models.Images[i].Inputs, options);
            _ = await models.Skipped.RunAsync(models.Images[i].Inputs, options);
        }

        return models;
    }
}
