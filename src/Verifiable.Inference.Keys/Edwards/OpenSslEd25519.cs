using System.Security.Cryptography;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>Ed25519 by OpenSSL's libcrypto, release 1.1.1 or later, which compares the encoding of R: without the cofactor.</summary>
internal sealed unsafe class OpenSslEd25519 : IEd25519Library
{
    private const int KeyType = 1087; // NID_ED25519

    private static readonly Lazy<OpenSslEd25519?> _default = new(static () => NativeSearch.Find(LibCrypto.Variable, LibCrypto.Names, Bind));

    private readonly delegate* unmanaged[Cdecl]<int, nint, byte*, nuint, nint> _newPrivateKey;
    private readonly delegate* unmanaged[Cdecl]<int, nint, byte*, nuint, nint> _newPublicKey;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint*, int> _getPublicKey;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _freeKey;
    private readonly delegate* unmanaged[Cdecl]<nint> _newContext;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _freeContext;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int> _beginSign;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, nuint, int> _sign;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int> _beginVerify;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, int> _verify;
    private readonly delegate* unmanaged[Cdecl]<void> _clearErrors;

    private OpenSslEd25519(ReadOnlySpan<nint> functions)
    {
        _newPrivateKey = (delegate* unmanaged[Cdecl]<int, nint, byte*, nuint, nint>)functions[0];
        _newPublicKey = (delegate* unmanaged[Cdecl]<int, nint, byte*, nuint, nint>)functions[1];
        _getPublicKey = (delegate* unmanaged[Cdecl]<nint, byte*, nuint*, int>)functions[2];
        _freeKey = (delegate* unmanaged[Cdecl]<nint, void>)functions[3];
        _newContext = (delegate* unmanaged[Cdecl]<nint>)functions[4];
        _freeContext = (delegate* unmanaged[Cdecl]<nint, void>)functions[5];
        _beginSign = (delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int>)functions[6];
        _sign = (delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, nuint, int>)functions[7];
        _beginVerify = (delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int>)functions[8];
        _verify = (delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, int>)functions[9];
        _clearErrors = (delegate* unmanaged[Cdecl]<void>)functions[10];
    }

    /// <summary>Gets the library; <see langword="null"/> where there is none, or one without Ed25519.</summary>
    public static OpenSslEd25519? Default => _default.Value;

    /// <inheritdoc/>
    public string Name => "OpenSSL";

    /// <inheritdoc/>
    public bool IsValidPoint(ReadOnlySpan<byte> point) =>
        Ed25519Encoding.IsLargePoint(point) && EdwardsPoint.Read(point) is { } known && (EdwardsPoint.Order * known).IsIdentity;

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        nint key = 0;
        nint context = 0;
        fixed (byte* keyBytes = publicKey, text = message, bytes = signature)
        {
            try
            {
                key = NotNull(_newPublicKey(KeyType, 0, keyBytes, (nuint)publicKey.Length));
                context = NotNull(_newContext());
                Require(_beginVerify(context, 0, 0, 0, key));
                bool isValid = _verify(context, bytes, (nuint)signature.Length, text, (nuint)message.Length) == 1;
                if (!isValid)
                {
                    _clearErrors();
                }

                return isValid;
            }
            finally
            {
                _freeContext(context);
                _freeKey(key);
            }
        }
    }

    /// <inheritdoc/>
    public IEd25519PrivateKey CreatePrivateKey(ReadOnlySpan<byte> privateKey)
    {
        fixed (byte* seed = privateKey)
        {
            return new PrivateKey(this, NotNull(_newPrivateKey(KeyType, 0, seed, (nuint)privateKey.Length)));
        }
    }

    private static OpenSslEd25519? Bind(nint library)
    {
        string[] names =
        [
            "EVP_PKEY_new_raw_private_key", "EVP_PKEY_new_raw_public_key", "EVP_PKEY_get_raw_public_key", "EVP_PKEY_free", "EVP_MD_CTX_new", "EVP_MD_CTX_free",
            "EVP_DigestSignInit", "EVP_DigestSign", "EVP_DigestVerifyInit", "EVP_DigestVerify", "ERR_clear_error",
        ];
        nint[] functions = new nint[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            if (!NativeSearch.TryGet(library, names[i], out functions[i]))
            {
                return null;
            }
        }

        OpenSslEd25519 found = new(functions);
        return found.KnowsEd25519() ? found : null;
    }

    // A build may leave the curve out, and some modes of operation forbid it.
    private bool KnowsEd25519()
    {
        byte* seed = stackalloc byte[Ed25519.PrivateKeySize];
        nint key = _newPrivateKey(KeyType, 0, seed, Ed25519.PrivateKeySize);
        _freeKey(key);
        _clearErrors();
        return key != 0;
    }

    private nint NotNull(nint pointer)
    {
        Require(pointer == 0 ? 0 : 1);
        return pointer;
    }

    // Our own fault, out of memory for example; never a verdict on a signature.
    private void Require(int result)
    {
        if (result != 1)
        {
            _clearErrors();
            throw new CryptographicException("OpenSSL could not do what it does for every valid key.");
        }
    }

    private sealed class PrivateKey(OpenSslEd25519 library, nint key) : System.Runtime.InteropServices.SafeHandle(0, ownsHandle: true), IEd25519PrivateKey
    {
        // The base class needs a value at once; this one is never read before the constructor ends.
        private readonly nint _key = key;

        public override bool IsInvalid => false;

        public void CopyPublicKeyTo(Span<byte> destination)
        {
            nuint size = (nuint)destination.Length;
            fixed (byte* bytes = destination)
            {
                library.Require(library._getPublicKey(_key, bytes, &size));
            }
        }

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            bool isHeld = false;
            nint context = 0;
            nuint size = (nuint)signature.Length;
            try
            {
                DangerousAddRef(ref isHeld);
                context = library.NotNull(library._newContext());
                fixed (byte* text = message, bytes = signature)
                {
                    library.Require(library._beginSign(context, 0, 0, 0, _key));
                    library.Require(library._sign(context, bytes, &size, text, (nuint)message.Length));
                }
            }
            finally
            {
                library._freeContext(context);
                if (isHeld)
                {
                    DangerousRelease();
                }
            }
        }

        // Erases the key's bytes, too.
        protected override bool ReleaseHandle()
        {
            library._freeKey(_key);
            return true;
        }
    }
}
