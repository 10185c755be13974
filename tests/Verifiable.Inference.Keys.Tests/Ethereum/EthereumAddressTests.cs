using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Ethereum;

namespace Verifiable.Inference.Keys.Tests.Ethereum;

public sealed class EthereumAddressTests
{
    // EIP-55, "Test Cases".
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Checksums_of_EIP_55_are_written_and_read(string text)
    {
        Assert.True(EthereumAddress.TryParse(text, out EthereumAddress address));
        Assert.Equal(text, address.ToString());
        Assert.True(EthereumAddress.TryParse(text[2..], out EthereumAddress same));
        Assert.Equal(address, same);
        Assert.True(EthereumAddress.TryParse(text.ToLowerInvariant(), out same));
        Assert.Equal(address, same);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xgaaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae\u0435")]
    public void What_is_no_address_or_has_a_wrong_checksum_is_refused(string? text)
    {
        Assert.False(EthereumAddress.TryParse(text, out EthereumAddress address));
        Assert.Equal(default, address);
    }

    [LibraryFact]
    public void The_private_keys_1_and_2_have_their_known_addresses()
    {
        foreach (ISecp256k1Library library in Libraries.Secp256k1s)
        {
            using EthereumSigner one = new(library, [.. new byte[31], 1]);
            using EthereumSigner two = new(library, [.. new byte[31], 2]);
            Assert.Equal("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", one.Address.ToString());
            Assert.Equal("0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF", two.Address.ToString());
        }
    }

    [Fact]
    public void A_node_id_is_the_digest_of_the_schemes_name_and_the_address()
    {
        Assert.True(EthereumAddress.TryParse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", out EthereumAddress address));
        byte[] bytes = [12, .. "vinf/node/v1"u8, 8, .. "ethereum"u8, 20, .. Convert.FromHexString("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")];
        Assert.Equal(Digest.Of(bytes), address.PublicKey.Id.Value);
        Assert.True(EthereumAddress.TryGet(address.PublicKey, out EthereumAddress same));
        Assert.Equal(address, same);
        Assert.False(EthereumAddress.TryGet(new PublicKey("p256", address.PublicKey.Bytes), out _));
        Assert.False(EthereumAddress.TryGet(new PublicKey(EthereumSignatures.Name, new byte[33]), out _));
        Assert.False(EthereumAddress.TryGet(null, out _));
    }
}
