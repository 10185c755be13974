using System.Text.RegularExpressions;
using Nethereum.Signer;
using NSec.Cryptography;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;

namespace Verifiable.Inference.Keys.Tests.Adapters;

/// <summary>The adapters of docs/how-to/use-your-own-keys.md, compiled against stand-ins for the two packages, which cannot be restored everywhere.</summary>
public sealed partial class AdapterTests
{
    [Theory]
    [InlineData("NSecSigner.cs")]
    [InlineData("NethereumSigner.cs")]
    public void The_code_of_the_page_is_the_file_that_is_compiled(string file)
    {
        string page = CodeBlock().Matches(Read("docs/how-to/use-your-own-keys.md")).Single(block => block.Groups["file"].Value == file).Groups["code"].Value;
        Assert.Equal(Read($"tests/Verifiable.Inference.Keys.Tests/Adapters/{file}"), page);
    }

    [LibraryFact]
    public void A_key_of_NSec_signs_for_the_scheme()
    {
        using NSecSigner signer = new(new Key(Ed25519Signer.FromSeed("a"u8)));
        Assert.True(Ed25519.Scheme.Verify(signer.PublicKey.Bytes, "m"u8, signer.Sign("m"u8)));
        Assert.Equal(Ed25519.Name, signer.PublicKey.Scheme);
    }

    [LibraryFact]
    public void A_key_of_Nethereum_signs_for_the_scheme_with_leading_zeros_too()
    {
        NethereumSigner signer = new(new EthECKey(EthereumSignatures.Library, [.. new byte[31], 7]));
        SignatureSchemes schemes = new(EthereumSignatures.Scheme);

        // One in 128 signatures has a leading zero in r or s.
        for (int i = 0; i < 600; i++)
        {
            byte[] message = BitConverter.GetBytes(i);
            Assert.True(schemes.Verify(signer.PublicKey, message, signer.Sign(message)));
        }
    }

    private static string Read(string path)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Verifiable.sln")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        return File.ReadAllText(Path.Combine(root.FullName, path));
    }

    [GeneratedRegex("^```csharp (?<file>\\S+)\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlock();
}
