using System.Numerics;
using System.Security.Cryptography;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>ECDSA over secp256k1 by OpenSSL's libcrypto, release 1.1.1 or later: some ten times slower than libsecp256k1, with nonces drawn at random.</summary>
internal sealed unsafe class OpenSslSecp256k1 : ISecp256k1Library
{
    private const int Curve = 714; // NID_secp256k1
    private const int UncompressedForm = 4;

    private static readonly BigInteger _order = Read(Secp256k1Order.Bytes);
    private static readonly Lazy<OpenSslSecp256k1?> _default = new(static () => NativeSearch.Find(LibCrypto.Variable, LibCrypto.Names, Bind));

    private readonly nint _group;
    private readonly delegate* unmanaged[Cdecl]<byte*, int, nint, nint> _readNumber;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int, int> _writeNumber;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _eraseNumber;
    private readonly delegate* unmanaged[Cdecl]<nint, nint> _newPoint;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _freePoint;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, int> _setCompressed;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, int> _multiply;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int, byte*, nuint, nint, nuint> _writePoint;
    private readonly delegate* unmanaged[Cdecl]<nint> _newKey;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _freeKey;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> _setGroup;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> _setPrivateKey;
    private readonly delegate* unmanaged[Cdecl]<byte*, int, nint, nint> _sign;
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, nint*, void> _getNumbers;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _freeSignature;
    private readonly delegate* unmanaged[Cdecl]<void> _clearErrors;

    private OpenSslSecp256k1(nint group, ReadOnlySpan<nint> functions)
    {
        _group = group;
        _readNumber = (delegate* unmanaged[Cdecl]<byte*, int, nint, nint>)functions[1];
        _writeNumber = (delegate* unmanaged[Cdecl]<nint, byte*, int, int>)functions[2];
        _eraseNumber = (delegate* unmanaged[Cdecl]<nint, void>)functions[3];
        _newPoint = (delegate* unmanaged[Cdecl]<nint, nint>)functions[4];
        _freePoint = (delegate* unmanaged[Cdecl]<nint, void>)functions[5];
        _setCompressed = (delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, int>)functions[6];
        _multiply = (delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, int>)functions[7];
        _writePoint = (delegate* unmanaged[Cdecl]<nint, nint, int, byte*, nuint, nint, nuint>)functions[8];
        _newKey = (delegate* unmanaged[Cdecl]<nint>)functions[9];
        _freeKey = (delegate* unmanaged[Cdecl]<nint, void>)functions[10];
        _setGroup = (delegate* unmanaged[Cdecl]<nint, nint, int>)functions[11];
        _setPrivateKey = (delegate* unmanaged[Cdecl]<nint, nint, int>)functions[12];
        _sign = (delegate* unmanaged[Cdecl]<byte*, int, nint, nint>)functions[13];
        _getNumbers = (delegate* unmanaged[Cdecl]<nint, nint*, nint*, void>)functions[14];
        _freeSignature = (delegate* unmanaged[Cdecl]<nint, void>)functions[15];
        _clearErrors = (delegate* unmanaged[Cdecl]<void>)functions[16];
    }

    /// <summary>Gets the library; <see langword="null"/> where there is none, or one without this curve.</summary>
    public static OpenSslSecp256k1? Default => _default.Value;

    /// <inheritdoc/>
    public string Name => "OpenSSL";

    /// <inheritdoc/>
    public void CopyPublicKeyTo(ReadOnlySpan<byte> privateKey, Span<byte> uncompressed)
    {
        nint scalar = 0;
        nint point = 0;
        try
        {
            scalar = ReadNumber(privateKey);
            point = NotNull(_newPoint(_group));
            Require(_multiply(_group, point, scalar, 0, 0, 0));
            Require(TryWrite(point, uncompressed) ? 1 : 0);
        }
        finally
        {
            _freePoint(point);
            _eraseNumber(scalar);
        }
    }

    /// <inheritdoc/>
    public int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Span<byte> recovered = stackalloc byte[ISecp256k1Library.UncompressedKeySize];
        nint scalar = 0;
        nint key = 0;
        try
        {
            scalar = ReadNumber(privateKey);
            key = NotNull(_newKey());
            Require(_setGroup(key, _group));
            Require(_setPrivateKey(key, scalar));
            while (true)
            {
                Sign(key, digest, signature);
                Span<byte> s = signature[Secp256k1Order.Size..];
                if (!Secp256k1Order.IsLowScalar(s))
                {
                    Write(_order - Read(s), s);
                }

                // The recovery id that gives our own key. There is none once in 2^127, where x is not below n: then the nonce is drawn again.
                for (int recoveryId = 0; recoveryId <= 1; recoveryId++)
                {
                    if (TryRecover(digest, signature, recoveryId, recovered) && recovered.SequenceEqual(publicKey))
                    {
                        return recoveryId;
                    }
                }
            }
        }
        finally
        {
            _freeKey(key);
            _eraseNumber(scalar);
        }
    }

    /// <inheritdoc/>
    // Q = (s/r)·R − (z/r)·G, where R is the point whose x is r and whose y is odd when the recovery id is 1.
    public bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recoveryId, Span<byte> uncompressed)
    {
        BigInteger r = Read(signature[..Secp256k1Order.Size]);
        BigInteger s = Read(signature.Slice(Secp256k1Order.Size, Secp256k1Order.Size));
        BigInteger inverse = BigInteger.ModPow(r, _order - 2, _order);
        BigInteger ofGenerator = (_order - (Read(digest) % _order * inverse % _order)) % _order;
        nint x = 0;
        nint generatorScalar = 0;
        nint pointScalar = 0;
        nint commitment = 0;
        nint key = 0;
        try
        {
            x = ReadNumber(signature[..Secp256k1Order.Size]);
            generatorScalar = ReadNumber(ofGenerator);
            pointScalar = ReadNumber(s * inverse % _order);
            commitment = NotNull(_newPoint(_group));
            key = NotNull(_newPoint(_group));
            if (_setCompressed(_group, commitment, x, recoveryId, 0) != 1)
            {
                _clearErrors();
                return false;
            }

            Require(_multiply(_group, key, generatorScalar, commitment, pointScalar, 0));
            return TryWrite(key, uncompressed);
        }
        finally
        {
            _freePoint(key);
            _freePoint(commitment);
            _eraseNumber(pointScalar);
            _eraseNumber(generatorScalar);
            _eraseNumber(x);
        }
    }

    private static OpenSslSecp256k1? Bind(nint library)
    {
        string[] names =
        [
            "EC_GROUP_new_by_curve_name", "BN_bin2bn", "BN_bn2binpad", "BN_clear_free", "EC_POINT_new", "EC_POINT_free", "EC_POINT_set_compressed_coordinates",
            "EC_POINT_mul", "EC_POINT_point2oct", "EC_KEY_new", "EC_KEY_free", "EC_KEY_set_group", "EC_KEY_set_private_key", "ECDSA_do_sign", "ECDSA_SIG_get0",
            "ECDSA_SIG_free", "ERR_clear_error",
        ];
        nint[] functions = new nint[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            if (!NativeSearch.TryGet(library, names[i], out functions[i]))
            {
                return null;
            }
        }

        nint group = ((delegate* unmanaged[Cdecl]<int, nint>)functions[0])(Curve);
        return group == 0 ? null : new OpenSslSecp256k1(group, functions);
    }

    private static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static void Write(BigInteger value, Span<byte> destination)
    {
        int count = value.GetByteCount(isUnsigned: true);
        destination[..^count].Clear();
        _ = value.TryWriteBytes(destination[^count..], out _, isUnsigned: true, isBigEndian: true);
    }

    private void Sign(nint key, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        nint made = 0;
        fixed (byte* hash = digest, bytes = signature)
        {
            try
            {
                nint r;
                nint s;
                made = NotNull(_sign(hash, digest.Length, key));
                _getNumbers(made, &r, &s);
                Require(_writeNumber(r, bytes, Secp256k1Order.Size) == Secp256k1Order.Size ? 1 : 0);
                Require(_writeNumber(s, bytes + Secp256k1Order.Size, Secp256k1Order.Size) == Secp256k1Order.Size ? 1 : 0);
            }
            finally
            {
                _freeSignature(made);
            }
        }
    }

    // Not the point at infinity, whose encoding is one byte.
    private bool TryWrite(nint point, Span<byte> uncompressed)
    {
        fixed (byte* bytes = uncompressed)
        {
            return _writePoint(_group, point, UncompressedForm, bytes, ISecp256k1Library.UncompressedKeySize, 0) == ISecp256k1Library.UncompressedKeySize;
        }
    }

    private nint ReadNumber(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[Secp256k1Order.Size];
        Write(value, bytes);
        return ReadNumber(bytes);
    }

    private nint ReadNumber(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return NotNull(_readNumber(first, bytes.Length, 0));
        }
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
}
