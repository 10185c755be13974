namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Tables of the elementary functions, the bits of binary64 numbers. Where a number comes in two parts, the first is the nearest binary64 and the second the
/// binary64 nearest to what is missing.</summary>
internal static class FunctionTables
{
    /// <summary>Gets 2^(i ÷ 32), i from 0 to 31, first part.</summary>
    internal static ReadOnlySpan<ulong> Powers =>
    [
        0x3ff0000000000000, 0x3ff059b0d3158574, 0x3ff0b5586cf9890f, 0x3ff11301d0125b51, 0x3ff172b83c7d517b, 0x3ff1d4873168b9aa, 0x3ff2387a6e756238, 0x3ff29e9df51fdee1,
        0x3ff306fe0a31b715, 0x3ff371a7373aa9cb, 0x3ff3dea64c123422, 0x3ff44e086061892d, 0x3ff4bfdad5362a27, 0x3ff5342b569d4f82, 0x3ff5ab07dd485429, 0x3ff6247eb03a5585,
        0x3ff6a09e667f3bcd, 0x3ff71f75e8ec5f74, 0x3ff7a11473eb0187, 0x3ff82589994cce13, 0x3ff8ace5422aa0db, 0x3ff93737b0cdc5e5, 0x3ff9c49182a3f090, 0x3ffa5503b23e255d,
        0x3ffae89f995ad3ad, 0x3ffb7f76f2fb5e47, 0x3ffc199bdd85529c, 0x3ffcb720dcef9069, 0x3ffd5818dcfba487, 0x3ffdfc97337b9b5f, 0x3ffea4afa2a490da, 0x3fff50765b6e4540,
    ];

    /// <summary>Gets the second part of <see cref="Powers"/>.</summary>
    internal static ReadOnlySpan<ulong> PowerRests =>
    [
        0x0000000000000000, 0x3c8d73e2a475b465, 0x3c98a62e4adc610b, 0xbc96c51039449b3a, 0xbc819041b9d78a76, 0x3c9e016e00a2643c, 0x3c99b07eb6c70573, 0x3c8612e8afad1255,
        0x3c86f46ad23182e4, 0xbc963aeabf42eae2, 0x3c8ada0911f09ebc, 0x3c489b7a04ef80d0, 0x3c7d4397afec42e2, 0xbc807abe1db13cad, 0x3c96324c054647ad, 0xbc9383c17e40b497,
        0xbc9bdd3413b26456, 0xbc816e4786887a99, 0xbc841577ee04992f, 0xbc9d4c1dd41532d8, 0x3c96e9f156864b27, 0xbc675fc781b57ebc, 0x3c7c7c46b071f2be, 0xbc9d2f6edb8d41e1,
        0x3c97a1cd345dcc81, 0xbc75584f7e54ac3b, 0x3c811065895048dd, 0x3c7503cbd1e949db, 0x3c82ed02d75b3707, 0xbc91a5cd4f184b5c, 0xbc9e9c23179c2893, 0x3c99d3e12dd8a18b,
    ];

    /// <summary>Gets arctan(i ÷ 16), i from 0 to 16, first part.</summary>
    internal static ReadOnlySpan<ulong> Arctangents =>
    [
        0x0000000000000000, 0x3faff55bb72cfdea, 0x3fbfd5ba9aac2f6e, 0x3fc7b97b4bce5b02, 0x3fcf5b75f92c80dd, 0x3fd362773707ebcc, 0x3fd6f61941e4def1, 0x3fda64eec3cc23fd,
        0x3fddac670561bb4f, 0x3fe0657e94db30d0, 0x3fe1e00babdefeb4, 0x3fe345f01cce37bb, 0x3fe4978fa3269ee1, 0x3fe5d58987169b18, 0x3fe700a7c5784634, 0x3fe819d0b7158a4d,
        0x3fe921fb54442d18,
    ];

    /// <summary>Gets the second part of <see cref="Arctangents"/>.</summary>
    internal static ReadOnlySpan<ulong> ArctangentRests =>
    [
        0x0000000000000000, 0xbc3c934d86d23f1d, 0xbc4cd37686760c17, 0x3c5347b0b4f881ca, 0x3c68ab6e3cf7afbd, 0xbc6963a544b672d8, 0xbc7c63aae6f6e918, 0xbc724dec1b50b7ff,
        0x3c7a2b7f222f65e2, 0xbc7d5b495f6349e6, 0xbc5928df287a668f, 0x3c81021137c71102, 0x3c72419a87f2a458, 0x3c60028e4bc5e7ca, 0xbc78c34d25aadef6, 0xbc7bf76229d3b917,
        0x3c81a62633145c07,
    ];

    /// <summary>Gets −log c, c the multiple of 2^−10 nearest to 64 ÷ i, i from 45 to 91, first part.</summary>
    internal static ReadOnlySpan<ulong> Logarithms =>
    [
        0xbfd686c81e9b14af, 0xbfd5262deeb98879, 0xbfd3bdd24eb14b6a, 0xbfd26561f133862d, 0xbfd111ce4003ee4d, 0xbfcfa01c3bb57cbc, 0xbfcd0fb7f2255e51, 0xbfca8becfc882f19,
        0xbfc83040c91bcf2e, 0xbfc5c940075972b9, 0xbfc371fc201e8f74, 0xbfc10f8e422539b1, 0xbfbdb5270187d927, 0xbfb9375e55595ede, 0xbfb4e01108a35ae6, 0xbfb075983598e471,
        0xbfa868a83083f6cf, 0xbfa03d5d85e73eef, 0xbf8fc0a8b0fc03e4, 0x0000000000000000, 0x3f90205658935847, 0x3f9f7a9b16782856, 0x3fa788595a3577ba, 0x3faeea31c006b87c,
        0x3fb333d7f8183f4b, 0x3fb700d30aeac0e1, 0x3fba956d3ecade63, 0x3fbe3707ee30487b, 0x3fc0ce7ecdccc28d, 0x3fc28753bc11aba5, 0x3fc4462b9dc9b3dc, 0x3fc60b3100b09476,
        0x3fc7b0091651528c, 0x3fc95a5adcf7017f, 0x3fcae2ca6f672bd4, 0x3fcc97f8079d44ec, 0x3fce2a877a6b2c12, 0x3fcfc218be620a5e, 0x3fd09aa572e6c6d4, 0x3fd16b5ccbacfb73,
        0x3fd22981fbef797b, 0x3fd2e9e2bce12286, 0x3fd3ac8ca38e5c5f, 0x3fd45b8c0a17df13, 0x3fd522ae0738a3d8, 0x3fd5d5bddf595f30, 0x3fd68ac83e9c6a14,
    ];

    /// <summary>Gets the second part of <see cref="Logarithms"/>.</summary>
    internal static ReadOnlySpan<ulong> LogarithmRests =>
    [
        0x3c6ddea0f7f58e3d, 0xbc5823ddad7fcfa1, 0xbc52da3c6449a7d0, 0xbc610cdf548bd15c, 0x3c61b84b5a5b5b2a, 0xbc41c0a3c50f47ad, 0x3c64ac818ceca4c4, 0x3c5e8c37918c39eb,
        0x3c61c7233219bcc5, 0xbc5adccb73379cc5, 0xbc5de6cb62af18a0, 0xbc58f798d39f1b7d, 0xbc5e15ab8607d2ac, 0x3c4e463f9e4dd920, 0x3c481069d28db75b, 0xbc480da5333c45b8,
        0x3c2d09a5634943db, 0xbc22c1da539d60ed, 0x3c183092c59642a1, 0x0000000000000000, 0x3c327c8e8416e71f, 0xbc336c720c147756, 0x3c4e5ef898b67923, 0xbc43e4fc93b7b66c,
        0x3c5a92afc8ef70b1, 0xbc272566212cdd05, 0x3c5e5300b12bd55e, 0x3c509ccecd579d99, 0xbc6692a0055dc959, 0xbc66394d9fa33311, 0xbc5629c46c186385, 0xbc55b2623e05016b,
        0x3c64069f303518c8, 0x3c5142c507fb7a3d, 0x3c6ab5ca9eaa088a, 0x3c661a8c6e6c4ee7, 0xbc5fa21e3df99430, 0xbc56e438c258187f, 0x3c643c2e68684d53, 0x3c766fbd28b40935,
        0xbc40b04ac06cebe0, 0x3c18251a3b83d97a, 0xbc7f7de015f253ee, 0x3c7dbe305eaf5a20, 0xbc68f7e9b38a6979, 0xbc76541148cbb8a2, 0x3c5a64eadd740178,
    ];

    /// <summary>Gets the bits of 2 ÷ π after the point, 64 a word, behind one word of zeros.</summary>
    internal static ReadOnlySpan<ulong> TwoOverPi =>
    [
        0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c,
        0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f,
        0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
    ];
}
