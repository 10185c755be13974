namespace Verifiable.Inference.Keys.Native;

/// <summary>Does something with a secret and keeps nothing of it.</summary>
internal delegate TResult SecretFunction<TState, TResult>(ReadOnlySpan<byte> secret, TState state)
    where TState : allows ref struct;
