using System.Text;

namespace Acme.Registry.Zip;

/// <summary>
/// What a ZIP must not hold. Names that are merely awkward on one system (<c>CON</c>, trailing dots, colons) are kept: the registry never
/// unpacks to disk, and refusing them would turn away honest archives.
/// </summary>
internal static class ZipRules
{
    // Deflate spends at least 2 bits on 258 bytes, the longest copy there is (RFC 1951).
    private const long MaxDeflateRatio = 1032;

    private const int UnixTypeMask = 0xF000;
    private const int UnixRegularFile = 0x8000;
    private const int UnixFolder = 0x4000;
    private const int UnixSymbolicLink = 0xA000;

    /// <summary>What is wrong with a name (with <c>/</c> between segments, and at the end of a folder's), or null.</summary>
    public static string? NameProblem(string name)
    {
        if (name.Length == 0) return "has no name. Make the ZIP again.";
        foreach (var c in name)
        {
            if (char.IsControl(c)) return "has a control character in its name. Rename it.";

            // With these one name is made to look like another.
            if (c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029')
            {
                return "has a text direction or line separator character in its name. Rename it.";
            }
        }
        if (name[0] == '/') return "has an absolute path. Use paths relative to the artifact's top folder.";
        if (name.Length >= 2 && name[1] == ':' && char.IsAsciiLetter(name[0]))
        {
            return "has a path with a drive letter. Use paths relative to the artifact's top folder.";
        }

        var path = name.AsSpan().TrimEnd('/');
        if (name.Length - path.Length > 1) return "has an empty folder name in its path. Rename it.";
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.IsEmpty) return "has an empty folder name in its path. Rename it.";

            // Windows drops dots and spaces at the end of a segment, so ".. " can lead up as well.
            if (segment.TrimEnd(" .").IsEmpty)
            {
                return "has a path that leads elsewhere ('.' or '..'). Use paths that go straight down from the artifact's top folder.";
            }
        }
        return null;
    }

    /// <summary>Holds one entry's central header against the rules.</summary>
    /// <exception cref="ZipRefusedException">It breaks one.</exception>
    public static void Check(ZipEntry entry)
    {
        const ushort encrypted = ZipFormat.FlagEncrypted | ZipFormat.FlagStrongEncryption | ZipFormat.FlagMaskedHeaders;
        if ((entry.Flags & encrypted) != 0 || entry.Method == ZipFormat.MethodAes)
        {
            throw new ZipRefusedException("is encrypted. Make the ZIP without a password.", entry.Name);
        }
        if ((entry.Flags & ZipFormat.FlagPatch) != 0)
        {
            throw new ZipRefusedException("is a patch to another file. Put the file itself into the ZIP.", entry.Name);
        }
        if (entry.Method is not (ZipFormat.MethodStored or ZipFormat.MethodDeflate))
        {
            throw new ZipRefusedException(
                $"is compressed with {MethodName(entry.Method)}; only \"stored\" and \"deflate\" are read. Make the ZIP with the standard method.",
                entry.Name);
        }

        switch (entry.UnixMode & UnixTypeMask)
        {
            case 0:
            case UnixRegularFile:
                break;
            case UnixFolder when entry.IsFolder:
                break;
            case UnixSymbolicLink:
                throw new ZipRefusedException("is a symbolic link. Put the file it points to into the ZIP instead.", entry.Name);
            default:
                throw new ZipRefusedException("is a device, a pipe or another special file. Leave it out.", entry.Name);
        }

        if (entry.IsFolder && entry.Size != 0)
        {
            throw new ZipRefusedException("is a folder that claims to have contents of its own. Make the ZIP again.", entry.Name);
        }
        if (entry.Method == ZipFormat.MethodStored && entry.CompressedSize != entry.Size)
        {
            throw new ZipRefusedException("is stored uncompressed but announces two different sizes. Make the ZIP again.", entry.Name);
        }
        if (entry.Size / MaxDeflateRatio > entry.CompressedSize)
        {
            throw new ZipRefusedException(
                $"announces more bytes than its compressed data can hold ({entry.Size:N0} from {entry.CompressedSize:N0}). Make the ZIP again.",
                entry.Name);
        }
    }

    /// <summary>Holds the sizes of all entries together against the size of the archive.</summary>
    /// <exception cref="ZipRefusedException">The archive is a bomb.</exception>
    public static void CheckRatio(IReadOnlyCollection<ZipEntry> entries, long fileLength, ZipLimits limits)
    {
        var total = entries.Sum(e => e.Size);
        if (total <= limits.FreeBytes || total / limits.MaxRatio <= fileLength) return;
        throw new ZipRefusedException(
            $"unpacks, with the others, to {total:N0} bytes from a ZIP of {fileLength:N0}: more than {limits.MaxRatio} to 1, as in a decompression bomb. "
            + "Store the files with less compression if that is what they are.",
            entries.MaxBy(e => e.Size)!.Name);
    }

    /// <summary>No two entries may have one name, letter case ignored, and none may be both a file and a folder.</summary>
    /// <exception cref="ZipRefusedException">They do.</exception>
    public static void CheckTogether(IReadOnlyCollection<ZipEntry> entries)
    {
        var names = entries.Select(e => e.Name).ToArray();
        var keys = Array.ConvertAll(names, n => Ascii.IsValid(n) ? n : n.ToUpperInvariant());
        Array.Sort(keys, names, Comparer<string>.Create(CompareNames));
        for (var i = 1; i < names.Length; i++)
        {
            ReadOnlySpan<char> before = keys[i - 1], after = keys[i];
            if (CompareNames(before, after) == 0)
            {
                throw new ZipRefusedException(
                    names[i - 1] == names[i]
                        ? "stands in the ZIP twice. Leave one out."
                        : $"differs only in letter case from '{names[i - 1]}'. Rename one.",
                    names[i]);
            }

            // In this order what lies under "a" follows right after "a" itself.
            var under = after.Length > before.Length && after[before.Length] == '/' && CompareNames(before, after[..before.Length]) == 0;
            if (under && !before.EndsWith('/')) throw new ZipRefusedException("is a file, but other entries have it as their folder. Rename one.", names[i - 1]);
        }
    }

    /// <summary>There is nothing to take in.</summary>
    public static ZipRefusedException HoldsNoFiles() => new("The ZIP holds no files. Put the artifact's files into it.", null);

    private static int CompareNames(string a, string b) => CompareNames(a.AsSpan(), b.AsSpan());

    /// <summary>
    /// Ordinal, ASCII letter case ignored (keys with other letters are in upper case already), with <c>/</c> before all others.
    /// </summary>
    private static int CompareNames(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (true)
        {
            var same = a.CommonPrefixLength(b);
            a = a[same..];
            b = b[same..];
            if (a.IsEmpty || b.IsEmpty) return a.Length - b.Length;
            var order = Fold(a[0]) - Fold(b[0]);
            if (order != 0) return order;
            a = a[1..];
            b = b[1..];
        }

        static int Fold(char c) => c == '/' ? 0 : char.IsAsciiLetterLower(c) ? c - 32 : c;
    }

    private static string MethodName(ushort method) => method switch
    {
        1 => "\"shrink\" (method 1)",
        >= 2 and <= 5 => $"\"reduce\" (method {method})",
        6 => "\"implode\" (method 6)",
        9 => "\"deflate64\" (method 9)",
        12 => "\"bzip2\" (method 12)",
        14 => "\"LZMA\" (method 14)",
        93 => "\"Zstandard\" (method 93)",
        95 => "\"XZ\" (method 95)",
        98 => "\"PPMd\" (method 98)",
        _ => $"method {method}",
    };
}
