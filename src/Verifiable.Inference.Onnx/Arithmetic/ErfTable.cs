namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Taylor coefficients of the error function at the quarters from 0 to 6, each the nearest binary64: row n holds the coefficients of degree n, column k
/// that of the point k ÷ 4.</summary>
internal static class ErfTable
{
    /// <summary>The degree of the polynomials.</summary>
    internal const int Degree = 13;

    /// <summary>The number of points in a row of <see cref="Near"/>.</summary>
    internal const int NearPoints = 16;

    /// <summary>The number of points in a row of <see cref="Far"/>.</summary>
    internal const int FarPoints = 9;

    /// <summary>Gets the rows of the points 0 to 15.</summary>
    internal static ReadOnlySpan<ulong> Near =>
    [
        0x0000000000000000, 0x3fd1af54e232d609, 0x3fe0a7ef5c18edd2, 0x3fe6c1c9759d0e5f,
        0x3feaf767a741088b, 0x3fed8865d98abe01, 0x3feeea5557137ae0, 0x3fef92d077f8d56d,
        0x3fefd9ae142795e3, 0x3feff404760319b4, 0x3feffcaa8f4c9bea, 0x3fefff2cfb0453d9,
        0x3fefffd1ac4135f9, 0x3feffff6f9f67e55, 0x3feffffe710d565e, 0x3fefffffc2f171e3,
        0x3ff20dd750429b6d, 0x3ff0f5d1602f7e41, 0x3fec1efca49a5011, 0x3fe492e42d78d2c5,
        0x3fda911f096fbc26, 0x3fce4652fadcb6b2, 0x3fbe723726b824a9, 0x3fab055303221015,
        0x3f9529b9e8cf9a1e, 0x3f7d4143a9dfe965, 0x3f61d83170fbf6fb, 0x3f43360ccd23db3a,
        0x3f22408e9ba3327f, 0x3efe9b5e8d00ce77, 0x3ed6a597219a93da, 0x3ead9371e2ff7c35,
        0x0000000000000000, 0xbfd0f5d1602f7e41, 0xbfdc1efca49a5011, 0xbfdedc5644353c27,
        0xbfda911f096fbc26, 0xbfd2ebf3dcc9f22f, 0xbfc6d5a95d0a1b7f, 0xbfb7a4a8a2bdce13,
        0xbfa529b9e8cf9a1e, 0xbf9074b60f8df349, 0xbf764e3dcd3af4ba, 0xbf5a6a519a114d70,
        0xbf3b60d5e974cbbe, 0xbf18de3cd290a7c0, 0xbef3d0e43d67415e, 0xbecbba3ac4cf8472,
        0xbfd812746b0379e7, 0xbfd3c974458cbdf6, 0xbfc2bf531866e00c, 0x3f9b6e8591f66e5b,
        0x3fc1b614b0f52819, 0x3fc571d01c5c56be, 0x3fc1c2a02beb6ab8, 0x3fb7148c3d57c312,
        0x3fa8b0ae3a478923, 0x3f963ef61e824425, 0x3f8119da0c46ccb1, 0x3f669cf466ccdf62,
        0x3f49db74b1d1dcde, 0x3f29aa489e3cad21, 0x3f062ccea63cb0c5, 0x3ee0b6a7b0f1b586,
        0x0000000000000000, 0x3fc040e8a6d82e53, 0x3fc76f27de80980e, 0x3fc349b5eaa14598,
        0x3fb1b614b0f52819, 0xbf793a9a7bb7ed94, 0xbfa6d5a95d0a1b7f, 0xbfa8a0da54306154,
        0xbfa1a2c59757ab19, 0xbf938a98327890e6, 0xbf81a89b97ceac69, 0xbf6ab0c273ac263e,
        0xbf511c85b1e8ff57, 0xbf32c7d5ef053eb0, 0xbf11c07721ac7fe5, 0xbeed06f586093ea7,
        0x3fbce2f21a042be2, 0x3fb47e5cfee40de4, 0x3f7dfeeb5a3e3346, 0xbfab42a1890ce411,
        0xbfb1b614b0f52819, 0xbfa8281ce0b34fa4, 0xbf8e723726b824a9, 0x3f7b22257dd01249,
        0x3f8ace7404c2b226, 0x3f85d3b17bbe0f22, 0x3f790e81283faace, 0x3f66935960664d74,
        0x3f50a7b5546b5147, 0x3f3490a4d230eab9, 0x3f1586bafc9b9889, 0x3ef3436bc9fc46f6,
        0x0000000000000000, 0xbfa4c0b253ea77ff, 0xbfa99f13b26a7676, 0xbf9b8477966b3381,
        0x3f72e45a565ad570, 0x3f95d0003af70568, 0x3f93ca3d72c47e3b, 0x3f825b378c92a6c0,
        0x3f3e1935ea65d580, 0xbf67cae0d45b1a6a, 0xbf66ecdbf67c97f8, 0xbf5b2755bfd73556,
        0xbf482f235b05094e, 0xbf3145464ea2872b, 0xbf146153fb989863, 0xbef4357b5546e9f3,
        0xbf9b82ce31288b51, 0xbf908d946cdc453b, 0x3f7623c617f0f515, 0x3f92e0afb0bb961e,
        0x3f8f096fd702f0ef, 0x3f6db43c97264485, 0xbf736d73a61dbabf, 0xbf78d10fb6b8006f,
        0xbf6bae0ab9d91458, 0xbf45f8313b6fdd59, 0x3f41c610bcb9f2f4, 0x3f452b6263f0c0e7,
        0x3f3998b47c657967, 0x3f2647f721c135eb, 0x3f0e827fafaa2516, 0x3ef110de49c0acd0,
        0x0000000000000000, 0x3f83db6ffa1b5d39, 0x3f8493d480930d14, 0x3f62db332f9e64d4,
        0xbf7391146bb981a2, 0xbf775672cebadac5, 0xbf635ae4e395fa0c, 0x3f47ec1d1d8d3387,
        0x3f5a11434425e8e8, 0x3f50602e33b9ef4a, 0x3f311551df364baf, 0xbf17557726380065,
        0xbf21aa5e236f52b3, 0xbf1567479c97cce7, 0xbf01f6304de1316e, 0xbee7566beee1bb2f,
        0x3f7565bcd0e6a53f, 0x3f65562355508fdd, 0xbf61c1645ee62c3c, 0xbf704105cd6d527e,
        0xbf5ee30d995fae39, 0x3f4cc22555d6cd4e, 0x3f5c0380c3978d47, 0x3f4d4cf0ad2e6ca3,
        0xbf0a46c56b1bf347, 0xbf38352cd05696b8, 0xbf3067178c82ec16, 0xbf12abb3cb37d67f,
        0x3eed2a33c9487ebd, 0x3efb2c3201a66dd9, 0x3ef013525f7fb03f, 0x3ed99f5c54c5ea75,
        0x0000000000000000, 0xbf5e5ffdcfcb6b25, 0xbf59b6f2543cb46c, 0x3f286234ec3372d9,
        0x3f54176c4374eb1e, 0x3f4a0074f860d925, 0xbf185b5f522cea21, 0xbf3d041eea2258ae,
        0xbf313917bd98236a, 0xbee80c1330a27b22, 0x3f14a84485ac08c0, 0x3f0cd592454e7d28,
        0x3ef05ff38163998d, 0xbec38933c0f0c9fa, 0xbed377413bec5d3b, 0xbec5d6903bb02d10,
        0xbf4c02db40040b86, 0xbf36689e5c85a431, 0x3f404c10aa85c4bd, 0x3f44725abcb993b6,
        0x3f166b6afbde3cc2, 0xbf353b177f074426, 0xbf30acef87389254, 0xbed6d70cffe71229,
        0x3f1b3399158e1fda, 0x3f111321ce0dc8f3, 0x3ed58bd113f5a0ac, 0xbef09d09f8254931,
        0xbee6a2c7a4c7a4fa, 0xbec8070948011d1b, 0x3e9dd7f3b681270f, 0x3eaa0431133a7b2d,
        0x0000000000000000, 0x3f3357bf743727c7, 0x3f29bca40e3c05b8, 0xbf1bd5eea735c608,
        0xbf2a38bca0efc115, 0xbf0ba66102895704, 0x3f145db0652058b6, 0x3f12007a6d7935c6,
        0x3ed5efa63f686f78, 0xbef7ca5429a38511, 0xbeed87265f65a35a, 0xbeb1f87c15445595,
        0x3ec96c6821168fd5, 0x3ebff3236f426a50, 0x3e9dc7faa4de456a, 0xbe7833324e429526,
        0x3f1f9a326f9b89b7, 0x3f035477c157daf4, 0xbf1658951157f288, 0xbf13db33dbe2237e,
        0x3ef3a035a7960672, 0x3f0d4520093cdd9e, 0x3ef2d3d58b8fbd36, 0xbef294d49e1a631d,
        0xbef1082811096fe0, 0xbeb65937983af9a4, 0x3ed3acdbedf3bf9d, 0x3ec68b7ad440ba03,
        0x3e808f85acf3b805, 0xbea26552b63b3912, 0xbe943ea60cc4f9a7, 0xbe6ec7d23a1cdfff,
    ];

    /// <summary>Gets the rows of the points 16 to 24.</summary>
    internal static ReadOnlySpan<ulong> Far =>
    [
        0x3feffffff7b91176, 0x3fefffffff01a8b6, 0x3fefffffffe4fa30, 0x3feffffffffd759d, 0x3fefffffffffc9e8, 0x3feffffffffffc05, 0x3fefffffffffffbe, 0x3feffffffffffffc, 0x3ff0000000000000,
        0x3e810b1488aeb235, 0x3e5155a09065d4f7, 0x3e1f1e3523b41d7d, 0x3de8a61745ec7d1d, 0x3db13af4f04f9998, 0x3d75422ef5d8949d, 0x3d37258610b3b233, 0x3cf63daf8b4b1e0c, 0x3cb2dc119095729f,
        0xbea10b1488aeb235, 0xbe726afa996c3246, 0xbe4180fde4155096, 0xbe0d453ba308d493, 0xbdd589b22c637ffe, 0xbd9be6dda2ac430e, 0xbd5fd39856f71506, 0xbd1ff8ac583bfb31, 0xbcdc4a1a58e02bee,
        0x3eb603a5308c50da, 0x3e895ea6fdffb3af, 0x3e599b8665618d99, 0x3e26a8aeba4765ae, 0x3df196da0aa69776, 0x3db7f8a0f3e23794, 0x3d7cb12e2f5ebf8f, 0x3d3e2d06d6fd401a, 0x3cfbe584a5dd0ee0,
        0xbec4980e25286cab, 0xbe996ba7366c000e, 0xbe6b598cb4614deb, 0xbe39b017abbf1539, 0xbe0516d3cb76c2a8, 0xbdce4cb4aea710d1, 0xbd931011e96bfded, 0xbd5505d9535a1b81, 0xbd145542efe11f93,
        0x3ecda5f10dc53b57, 0x3ea3b468019bd292, 0x3e76b1baf456a84e, 0x3e46b43c95302c89, 0x3e13c51d0aaa4419, 0x3dde044b3eb1a717, 0x3da3e4a1f8967022, 0x3d670b70116486d4, 0x3d275a81c0090eef,
        0xbed10505376d0801, 0xbea8868e1d27f2d6, 0xbe7e650e3452e100, 0xbe5042f2a66410c6, 0xbe1e23586e1d0236, 0xbde83ea4ba25a448, 0xbdb0f6e89cd80910, 0xbd74aed68293ee4f, 0xbd35ff7d49a4b77e,
        0x3ecfd7c656d671e1, 0x3ea916e92305502a, 0x3e80d678f85bb98f, 0x3e535dc831945a9b, 0x3e232c72906e2a3c, 0x3df065958aed15d7, 0x3db84a4e0fbb7acc, 0x3d7f3c5929c895ef, 0x3d4177209e5be27d,
        0xbec88c7af5f0dc2a, 0xbea566f01cad15b6, 0xbe7f5f31b5e1314c, 0xbe53834e4e13dedc, 0xbe24bcea4d4fbdb3, 0xbdf2ec54e940db0f, 0xbdbdc38bc64eeb79, 0xbd843c123ee60917, 0xbd47d75137ef0936,
        0x3ebf42465a91b073, 0x3e9eab4e6fa86d63, 0x3e78d2e638d9f75b, 0x3e50d4cf48c6599f, 0x3e23505fd6432e1e, 0x3df2e385fc3a026f, 0x3dbfa7a9e1187297, 0x3d86d18ea5326ed0, 0x3d4c645ed673f594,
        0xbeb0475684ebb659, 0xbe92758b2a0beedc, 0xbe70c3a43aa7835e, 0xbe490aa132c72227, 0xbe1f41226936ced5, 0xbdf07815c45933ca, 0xbdbd8771a9aefedb, 0xbd86a4e3a492865b, 0xbd4dd502a7c15df2,
        0x3e9ae54ff8450a05, 0x3e827d982a66f4e9, 0x3e634ee6a127de73, 0x3e401e4c086668e5, 0x3e1617998494db7c, 0x3de9425acbdd20ea, 0x3db85963d3fa1f4e, 0x3d83f07e3641ce1c, 0x3d4be5ea11961469,
        0xbe8021190700479c, 0xbe6e03eb4cee755c, 0xbe52cd5b428c9554, 0xbe31eeb043bb237d, 0xbe0b5969cc99e94f, 0xbde11c7574f11f87, 0xbdb1d8920b8301b7, 0xbd7f5afa7fd1b99a, 0xbd4760caa2d5df63,
        0x3e52b7c6c451e776, 0x3e5263bc8a1901e0, 0x3e3e48b0513e1226, 0x3e211dd029bd7bfb, 0x3dfd9d11175dbd2e, 0x3dd484483b3371da, 0x3da7554a960d4f69, 0x3d761d0f54a3aefa, 0x3d41a53adc08df04,
    ];
}
