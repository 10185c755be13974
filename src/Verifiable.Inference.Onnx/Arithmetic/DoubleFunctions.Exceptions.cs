namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The binary32 whose results lie so close to the middle of two binary32 that the binary64 sequences round to the wrong one: found by going through all
/// binary32. Each method gives the bits of the right result, or 0 for all other arguments.</summary>
internal static partial class DoubleFunctions
{
    internal static uint LogException(uint x) => x switch
    {
        0x3C41_3D3A => 0xC08E_158F,
        0x4117_8FEB => 0x400F_E5E7,
        0x4C5D_65A5 => 0x418F_034B,
        0x65D8_90D3 => 0x4254_D1F9,
        0x6F31_A8EC => 0x4284_5A89,
        _ => 0,
    };

    internal static uint Log1pException(uint x) => x switch
    {
        0x3540_0003 => 0x353F_FFFF,
        0x3710_001B => 0x370F_FFF3,
        0x3EFD_81AD => 0x3ECD_EEE1,
        0x4107_8FEB => 0x400F_E5E7,
        0x65D8_90D3 => 0x4254_D1F9,
        0x6F31_A8EC => 0x4284_5A89,
        0xB53F_FFFD => 0xB540_0001,
        0xB70F_FFE5 => 0xB710_000D,
        0xBB0E_C8C4 => 0xBB0E_F0A5,
        _ => 0,
    };

    internal static uint SinhException(uint x) => x switch
    {
        0x3A12_85FF => 0x3A12_85FF,
        0xBA12_85FF => 0xBA12_85FF,
        _ => 0,
    };

    internal static uint AsinhException(uint x) => x switch
    {
        0x4BDD_65A5 => 0x418F_034B,
        0xCBDD_65A5 => 0xC18F_034B,
        0x5E68_984E => 0x422E_4A21,
        0xDE68_984E => 0xC22E_4A21,
        0x6558_90D3 => 0x4254_D1F9,
        0xE558_90D3 => 0xC254_D1F9,
        _ => 0,
    };

    internal static uint AcoshException(uint x) => x switch
    {
        0x5E68_984E => 0x422E_4A21,
        0x6558_90D3 => 0x4254_D1F9,
        _ => 0,
    };
}
