using System.Text;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Ethereum.TypedData;

namespace Verifiable.Inference.Keys.Tests.Ethereum;

public sealed class TypedMessageTests
{
    // EIP-712, "Test Cases" (the example of Cow, Bob and their mail).
    private const string Mail = """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
        "Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
        "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},
        "primaryType":"Mail","domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
        "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},"to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
        """;

    public static TheoryData<string, string, string> Vectors
    {
        get
        {
            TheoryData<string, string, string> vectors = [];
            foreach (string[] parts in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TypedDataVectors.txt")).Select(static line => line.Split(' ', 3)))
            {
                vectors.Add(parts[0], parts[1], parts[2]);
            }

            return vectors;
        }
    }

    [Fact]
    public void The_example_of_EIP_712_has_its_published_digests()
    {
        TypedMessage message = Parse(Mail);
        Assert.Equal("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", Convert.ToHexStringLower(message.DomainSeparator));
        Assert.Equal("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", Convert.ToHexStringLower(message.StructHash));
        Assert.Equal("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", Convert.ToHexStringLower(message.Digest));
        Assert.Equal("Mail", message.PrimaryType);
        Assert.Equal(Mail, message.ToJson());
    }

    [LibraryFact]
    public void The_example_of_EIP_712_has_its_published_signature()
    {
        using EthereumSigner cow = EthereumSigner.FromPrivateKey(Keccak256.Hash("cow"u8));
        Assert.Equal("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", cow.Address.ToString());
        Assert.Equal(
            "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c",
            Convert.ToHexStringLower(cow.SignTypedData(Parse(Mail))));
        Assert.True(EthereumSignatures.TryRecover(Parse(Mail).Digest, cow.SignTypedData(Parse(Mail)), out EthereumAddress signer));
        Assert.Equal(cow.Address, signer);
    }

    // Half of the typed data that ethers tests itself with: random structs, nested, with arrays, all atomic types and text outside ASCII.
    [Theory]
    [MemberData(nameof(Vectors))]
    public void Published_typed_data_has_its_digest(string name, string digest, string json) => Assert.Equal($"{name} {digest}", $"{name} 0x{Convert.ToHexStringLower(Parse(json).Digest)}");

    [Theory]
    [InlineData("int8", "-128", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff80")]
    [InlineData("int8", "\"127\"", "000000000000000000000000000000000000000000000000000000000000007f")]
    [InlineData("uint256", "\"0x10\"", "0000000000000000000000000000000000000000000000000000000000000010")]
    [InlineData("uint256", "\"115792089237316195423570985008687907853269984665640564039457584007913129639935\"", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("int256", "\"-57896044618658097711785492504343953926634992332820282019728792003956564819968\"", "8000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("uint64", "9007199254740991", "000000000000000000000000000000000000000000000000001fffffffffffff")]
    [InlineData("bytes3", "\"0x010203\"", "0102030000000000000000000000000000000000000000000000000000000000")]
    [InlineData("bool", "true", "0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("address", "\"0x00000000000000000000000000000000000000ff\"", "00000000000000000000000000000000000000000000000000000000000000ff")]
    public void Atoms_are_encoded_as_the_standard_says(string type, string value, string word)
    {
        byte[] expected = Keccak256.Hash([.. Keccak256.Hash(Encoding.ASCII.GetBytes($"S({type} v)")), .. Convert.FromHexString(word)]);
        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(Parse(One(type, value)).StructHash));
    }

    [Fact]
    public void Arrays_are_hashed_from_the_inside_out()
    {
        static byte[] Word(byte value) => [.. new byte[31], value];
        byte[] inner1 = Keccak256.Hash([.. Word(1), .. Word(2)]);
        byte[] inner2 = Keccak256.Hash([.. Word(3), .. Word(4)]);
        byte[] expected = Keccak256.Hash([.. Keccak256.Hash("S(uint8[2][] v)"u8), .. Keccak256.Hash([.. inner1, .. inner2])]);
        Assert.Equal(expected, Parse(One("uint8[2][]", "[[1,2],[3,4]]")).StructHash.ToArray());
        Assert.Equal(Keccak256.Hash([.. Keccak256.Hash("S(uint8[] v)"u8), .. Keccak256.Hash([])]), Parse(One("uint8[]", "[]")).StructHash.ToArray());
        Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes(One("uint8[2][]", "[[1,2],[3]]")), out _));
        Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes(One("uint8[]", "[1,[2]]")), out _));
        Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes(One("uint8[]", "1")), out _));
    }

    [Fact]
    public void A_type_that_refers_to_itself_ends()
    {
        const string Tree = """{"types":{"EIP712Domain":[],"Tree":[{"name":"leaf","type":"uint8"},{"name":"branches","type":"Tree[]"}]},"primaryType":"Tree","domain":{},"message":{"leaf":1,"branches":[{"leaf":2,"branches":[]}]}}""";
        byte[] type = Keccak256.Hash("Tree(uint8 leaf,Tree[] branches)"u8);
        byte[] inner = Keccak256.Hash([.. type, .. new byte[31], 2, .. Keccak256.Hash([])]);
        Assert.Equal(Keccak256.Hash([.. type, .. new byte[31], 1, .. Keccak256.Hash(inner)]), Parse(Tree).StructHash.ToArray());
    }

    // Values outside their type, and what wallets read differently from each other.
    [Theory]
    [InlineData("uint8", "256")]
    [InlineData("uint8", "-1")]
    [InlineData("int8", "128")]
    [InlineData("int8", "-129")]
    [InlineData("uint8", "1.0")]
    [InlineData("uint8", "1e1")]
    [InlineData("uint8", "\"01\"")]
    [InlineData("uint8", "\" 1\"")]
    [InlineData("uint8", "\"\"")]
    [InlineData("uint8", "\"0x\"")]
    [InlineData("uint8", "true")]
    [InlineData("uint8", "null")]
    [InlineData("uint64", "9007199254740992")]
    [InlineData("uint256", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"")]
    [InlineData("uint7", "1")]
    [InlineData("uint0", "1")]
    [InlineData("uint264", "1")]
    [InlineData("uint08", "1")]
    [InlineData("uint", "1")]
    [InlineData("int", "1")]
    [InlineData("byte", "\"0x01\"")]
    [InlineData("bytes0", "\"0x\"")]
    [InlineData("bytes33", "\"0x00\"")]
    [InlineData("bytes2", "\"0x01\"")]
    [InlineData("bytes2", "\"0x010203\"")]
    [InlineData("bytes2", "\"0102\"")]
    [InlineData("bytes", "\"0x0\"")]
    [InlineData("bytes", "\"hello\"")]
    [InlineData("bytes", "1")]
    [InlineData("bool", "1")]
    [InlineData("bool", "\"true\"")]
    [InlineData("string", "1")]
    [InlineData("string", "null")]
    [InlineData("string", "\"\\ud800\"")]
    [InlineData("address", "\"CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"")]
    [InlineData("address", "\"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD82\"")]
    [InlineData("address", "\"0xcD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"")]
    [InlineData("address", "205")]
    [InlineData("uint8[0]", "[]")]
    [InlineData("uint8[-1]", "[]")]
    [InlineData("uint8[01]", "[1]")]
    [InlineData("uint8[ ]", "[1]")]
    [InlineData("uint8]", "[1]")]
    [InlineData("Unknown", "1")]
    [InlineData("S", "null")]
    [InlineData("uint8[][][][][][][][][]", "[]")]
    public void Values_outside_their_type_and_types_that_do_not_exist_are_refused(string type, string value) =>
        Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes(One(type, value)), out _));

    [Fact]
    public void Names_that_are_identifiers_are_taken()
    {
        foreach (string name in new[] { "S", "_", "$", "uint8s", "Address", "int_", new string('S', 128) })
        {
            string json = $$$"""{"types":{"EIP712Domain":[],"{{{name}}}":[{"name":"v","type":"uint8"}]},"primaryType":"{{{name}}}","domain":{},"message":{"v":1}}""";
            Assert.True(TypedMessage.TryParse(Encoding.UTF8.GetBytes(json), out _), name);
        }
    }

    // A type's text is its name and its members; a name with brackets, commas or spaces could be read as another type's text.
    [Theory]
    [InlineData("S(uint8 a)T", "v", "uint8")]
    [InlineData("S", "a,uint8 v", "uint8")]
    [InlineData("S", "v)T(uint8 w", "uint8")]
    [InlineData("S", "v", "uint8 a,uint8")]
    [InlineData("S", "", "uint8")]
    [InlineData("", "v", "uint8")]
    [InlineData("S", "v\\n", "uint8")]
    [InlineData("S\\n", "v", "uint8")]
    [InlineData("S", "\\u00e9", "uint8")]
    [InlineData("uint8", "v", "uint16")]
    [InlineData("uint512", "v", "uint8")]
    [InlineData("uint", "v", "uint8")]
    [InlineData("address", "v", "uint8")]
    [InlineData("fixed128x18", "v", "uint8")]
    [InlineData("function", "v", "uint8")]
    public void Names_that_are_no_identifiers_are_refused(string structName, string member, string type)
    {
        string json = $$$"""{"types":{"EIP712Domain":[],"{{{structName}}}":[{"name":"{{{member}}}","type":"{{{type}}}"}]},"primaryType":"{{{structName}}}","domain":{},"message":{"{{{member}}}":1}}""";
        Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes(json), out _));
    }

    [Theory]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8"},{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{"v":1,"w":2}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{"v":1,"w":2}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{"v":1,"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8"},{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8"}],"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{"v":1}}""")]
    [InlineData("""{"types":{"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[{"name":"name","type":"uint8"}],"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{"name":1},"message":{"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[{"name":"nonce","type":"uint256"}],"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{"nonce":1},"message":{"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[{"name":"name","type":"string"}],"S":[{"name":"v","type":"uint8"}]},"primaryType":"S","domain":{},"message":{"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8"}]},"primaryType":"T","domain":{},"message":{"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[]},"primaryType":"EIP712Domain","domain":{},"message":{}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[]},"primaryType":"S","domain":{},"message":{},"more":1}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"uint8","more":1}]},"primaryType":"S","domain":{},"message":{"v":1}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[]},"primaryType":"S","domain":{},"message":[]}""")]
    [InlineData("""{"types":[],"primaryType":"S","domain":{},"message":{}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":{}},"primaryType":"S","domain":{},"message":{}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"\ud800":[]},"primaryType":"S","domain":{},"message":{}}""")]
    [InlineData("""{"types":{"EIP712Domain":[],"S":[]},"primaryType":"S","domain":{},"message":{}""")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("")]
    public void Typed_data_that_is_not_whole_or_says_more_than_its_types_is_refused(string json) => Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Large_deep_and_many_are_refused()
    {
        byte[] mail = Encoding.UTF8.GetBytes(Mail);
        Assert.True(TypedMessage.TryParse([.. mail, .. Enumerable.Repeat((byte)' ', TypedMessage.MaxJsonBytes - mail.Length)], out _));
        Assert.False(TypedMessage.TryParse([.. mail, .. Enumerable.Repeat((byte)' ', TypedMessage.MaxJsonBytes + 1 - mail.Length)], out _));
        Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes(new string('[', 10_000)), out _));
        string types = string.Join(',', Enumerable.Range(0, 80).Select(static i => $$"""
            "T{{i}}":[]
            """));
        Assert.False(TypedMessage.TryParse(Encoding.UTF8.GetBytes($$$"""{"types":{"EIP712Domain":[],{{{types}}}},"primaryType":"T0","domain":{},"message":{}}"""), out _));
    }

    [Fact]
    public void Mutated_typed_data_never_throws_and_never_has_the_same_digest_for_another_value()
    {
        byte[] digest = Parse(Mail).Digest.ToArray();
        Random random = new(7);
        byte[] bytes = Encoding.UTF8.GetBytes(Mail);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] mutated = [.. bytes];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                // Every third time any byte: JSON is UTF-8, and half of a character must not become an exception.
                mutated[random.Next(mutated.Length)] = (byte)(i % 3 == 0 ? random.Next(256) : random.Next(32, 127));
            }

            if (TypedMessage.TryParse(mutated, out TypedMessage? message))
            {
                read++;
                bool isSame = message.Digest.SequenceEqual(digest);
                Assert.True(!isSame || Normalized(mutated) == Normalized(bytes), Encoding.UTF8.GetString(mutated));
            }
        }

        Assert.True(read > 100);
    }

    // A change of letter case in an address, or of white space, is no change of the value.
    private static string Normalized(byte[] json) => string.Concat(Encoding.UTF8.GetString(json).Where(static character => !char.IsWhiteSpace(character))).ToUpperInvariant();

    private static TypedMessage Parse(string json)
    {
        Assert.True(TypedMessage.TryParse(Encoding.UTF8.GetBytes(json), out TypedMessage? message));
        return message;
    }

    private static string One(string type, string value) =>
        $$$"""{"types":{"EIP712Domain":[],"S":[{"name":"v","type":"{{{type}}}"}]},"primaryType":"S","domain":{},"message":{"v": {{{value}}} }}""";
}
