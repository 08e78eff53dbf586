using System.Text;

namespace Acme.Registry.Zip;

/// <summary>
/// Names of entries. A name flagged as UTF-8 must be UTF-8. One without the flag is read as UTF-8 when it happens to be (most tools write
/// UTF-8 and forget the flag) and otherwise as code page 437, the format's original. Info-ZIP's Unicode path field is not looked at: the
/// header's name is what every reader shows. Backslashes, which old Windows tools write, become slashes.
/// </summary>
internal static class ZipNames
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding CodePage437 = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    /// <summary>Reads a name and holds it against <see cref="ZipRules.NameProblem"/>.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, ushort flags, ZipLimits limits)
    {
        if (bytes.Length > limits.MaxNameBytes)
        {
            throw new ZipRefusedException(
                $"has a name of {bytes.Length:N0} bytes; at most {limits.MaxNameBytes:N0} are taken. Shorten it.", Encoding.UTF8.GetString(bytes));
        }
        string name;
        try
        {
            name = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            if ((flags & ZipFormat.FlagUtf8) != 0)
            {
                throw new ZipRefusedException(
                    "has a name that is said to be UTF-8 but is not. Rename it, or make the ZIP with another tool.",
                    Encoding.UTF8.GetString(bytes), e);
            }
            name = CodePage437.GetString(bytes);
        }
        if (name.Contains('\\')) name = name.Replace('\\', '/');
        if (ZipRules.NameProblem(name) is { } problem) throw new ZipRefusedException(problem, name);
        return name;
    }
}
