namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Names what is wrong with a step of a generation; <c>default</c> means that nothing was looked at.</summary>
public enum StepFault : byte
{
    /// <summary>Nothing was looked at.</summary>
    Unchecked = 0,

    /// <summary>The step is what follows from what it is committed to have started from.</summary>
    None = 1,

    /// <summary>What was opened as the start is not what earlier steps are committed to: nothing follows from it.</summary>
    NotOpened = 2,

    /// <summary>Steps are not wired as they must be: another number of earlier tokens, other tokens in, or steps after the last.</summary>
    Wiring = 3,

    /// <summary>The model's run gives another trace.</summary>
    Trace = 4,

    /// <summary>The model's run gives other logits.</summary>
    Logits = 5,

    /// <summary>The model's run gives other keys or values.</summary>
    Rows = 6,

    /// <summary>The sampler chooses another token.</summary>
    Token = 7,

    /// <summary>The stop rule decides otherwise.</summary>
    Stop = 8,

    /// <summary>The request is none that the model can serve: no claim for it holds.</summary>
    Request = 9,

    /// <summary>The outputs are not the tokens of the steps.</summary>
    Output = 10,

    /// <summary>The steps were made by another model, with other settings or cut points, than those that the referee has: nothing follows from it. Who claims a trace has to open its cut
    /// points.</summary>
    OtherBasis = 11,
}
