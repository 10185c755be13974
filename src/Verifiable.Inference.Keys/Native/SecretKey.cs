using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Verifiable.Inference.Keys.Native;

/// <summary>
/// The bytes of a secret outside the garbage collector's reach, so that no copy is left behind when objects move. They are zeroed when it is disposed and nobody
/// uses them any more, or when it is forgotten. Thread-safe.
/// </summary>
internal sealed unsafe class SecretKey : SafeHandle
{
    private readonly int _size;

    private SecretKey(int size)
        : base(0, ownsHandle: true)
    {
        _size = size;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)size));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Copies a secret in. The caller erases its own copy.</summary>
    public static SecretKey CopyOf(ReadOnlySpan<byte> secret)
    {
        SecretKey key = new(secret.Length);
        secret.CopyTo(new Span<byte>((void*)key.handle, secret.Length));
        return key;
    }

    /// <summary>Calls a function with the secret, which stays in memory until the function returns.</summary>
    /// <exception cref="ObjectDisposedException">The secret was erased.</exception>
    public TResult Use<TState, TResult>(TState state, SecretFunction<TState, TResult> function)
        where TState : allows ref struct
    {
        bool isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            return function(new ReadOnlySpan<byte>((void*)handle, _size), state);
        }
        finally
        {
            if (isHeld)
            {
                DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(SecretKey);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, _size));
        NativeMemory.Free((void*)handle);
        return true;
    }
}
