namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Names why a generation ended; <c>default</c> means that it has not.</summary>
public enum StopReason : byte
{
    /// <summary>It goes on.</summary>
    None = 0,

    /// <summary>The last token is one of <see cref="DecodingOptions.StopTokens"/>.</summary>
    StopToken = 1,

    /// <summary>The last token completed one of <see cref="DecodingOptions.StopTexts"/>.</summary>
    StopText = 2,

    /// <summary>There are <see cref="DecodingOptions.MaxNewTokens"/> new tokens.</summary>
    MaxNewTokens = 3,

    /// <summary>Prompt and new tokens together are as many as the model can look at.</summary>
    ContextLimit = 4,
}
