using System.IO.Compression;
using System.Text;
using Acme.Registry.Tests.Zip;

namespace Acme.Api.Tests.Hostile;

/// <summary>ZIPs made to do harm, through the upload as anyone can send them.</summary>
public sealed class HostileZipTests(HostileZipTests.StrictRegistry registry) : IClassFixture<HostileZipTests.StrictRegistry>
{
    /// <summary>With limits small enough to be broken by small ZIPs.</summary>
    public sealed class StrictRegistry : IAsyncLifetime
    {
        public RegistryApp App { get; private set; } = null!;

        public HttpClient Admin { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            App = await RegistryApp.StartAsync(
                "--Zip:MaxEntries", "50", "--Zip:FreeBytes", "100000", "--Zip:MaxRatio", "20", "--Zip:MaxTotalBytes", "3000000");
            Admin = await App.SignedInAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Admin.Dispose();
            await App.DisposeAsync();
        }
    }

    /// <summary>What is wrong, the ZIP, and the entry that the refusal must name ("" where the archive as a whole is at fault).</summary>
    private static readonly Dictionary<string, (Func<byte[]> Zip, string Entry)> Cases = new()
    {
        ["path traversal"] = (() => Zip("good.txt", "../../etc/cron.d/evil"), "../../etc/cron.d/evil"),
        ["path traversal inside"] = (() => Zip("a/../../evil"), "a/../../evil"),
        ["path traversal with backslashes"] = (() => Zip("..\\..\\evil"), "../../evil"),
        ["absolute path"] = (() => Zip("/etc/passwd"), "/etc/passwd"),
        ["drive path"] = (() => Zip("C:\\Windows\\system.ini"), "C:/Windows/system.ini"),
        ["network path"] = (() => Zip("\\\\server\\share"), "//server/share"),
        ["NUL in the name"] = (() => Zip("safe.txt\0.exe"), "safe.txt\\u0000.exe"),
        ["empty name"] = (() => Zip(""), ""),
        ["symbolic link"] = (() => Forged(f => f.Add("link", "/etc/passwd").UnixMode = 0xA1FF), "link"),
        ["device"] = (() => Forged(f => f.Add("device").UnixMode = 0x21FF), "device"),
        ["duplicate"] = (() => Zip("twice.txt", "twice.txt"), "twice.txt"),
        ["case collision"] = (() => Zip("Readme.md", "README.md"), "readme.md"),
        ["file and folder"] = (() => Zip("a", "a/b"), "a"),
        ["encrypted"] = (() => Forged(f => f.Add("secret").Flags = 1), "secret"),
        ["unknown compression"] = (() => Forged(f => f.Add("packed").Method = 14), "packed"),
        ["bomb"] = (() => Forged(f => f.Add("bomb"u8.ToArray(), new byte[2_000_000], deflate: true)), "bomb"),
        ["too large in all"] = (() => Forged(f => { f.Add("one"u8.ToArray(), new byte[2_000_000]); f.Add("two"u8.ToArray(), new byte[2_000_000]); }), "two"),
        ["too many entries"] = (() => Zip([.. Enumerable.Range(0, 51).Select(i => $"{i}")]), ""),
        ["overlapping entries"] = (Overlapping, "b"),
        ["announces too little"] = (() => Lying(e => e.Size--), "lie"),
        ["announces too much"] = (() => Lying(e => e.Size++), "lie"),
        ["announces the impossible"] = (() => Lying(e => e.Size = 90_000_000), "lie"),
        ["wrong checksum"] = (() => Lying(e => e.Crc++), "lie"),
        ["garbage for data"] = (() => Lying(e => e.Data.AsSpan().Fill(0xFF)), "lie"),
        ["another name inside"] = (() => Lying(e => e.LocalName = "eil"u8.ToArray()), "lie"),
        ["truncated"] = (() => Zip("a", "b")[..^10], ""),
        ["truncated in the middle"] = (() => Zip("a", "b")[..50], ""),
        ["not a ZIP"] = (() => Encoding.UTF8.GetBytes("<html>Not found</html>"), ""),
        ["no bytes"] = (() => [], ""),
        ["no files"] = (() => new ZipForger().Build(), ""),
        ["only a folder"] = (() => Forged(f => f.Add("folder/", "")), ""),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public async Task It_is_refused_by_the_name_of_the_entry_and_leaves_nothing(string what)
    {
        var (zip, entry) = Cases[what];
        using var response = await registry.Admin.PostAsync("/artifact/model/upload", Zips.Form(zip(), $"hostile {what}"));
        Assert.False(string.IsNullOrWhiteSpace(await response.ProblemAsync(400)));
        var problem = await response.JsonAsync();
        Assert.Equal(entry, problem.GetProperty("entry").GetString(), ignoreCase: true);
        await registry.App.AssertNoneAsync(registry.Admin, $"hostile {what}");
    }

    [Fact]
    public async Task A_ZIP_in_the_ZIP_is_a_file_like_any_other()
    {
        var inner = Zip("inner.txt");
        Assert.Equal(inner, await RoundTripAsync("nested", "inner.zip", Zips.Of(("inner.zip", inner), ("README.md", "# outer"u8.ToArray()))));
    }

    [Fact]
    public async Task A_name_of_three_hundred_characters_works()
    {
        var name = "deep/" + new string('n', 291) + ".txt";
        Assert.Equal("content"u8.ToArray(), await RoundTripAsync("long-name", name, Zip(name)));
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_works()
    {
        var zip = Forged(f => f.Add([.. "caf"u8, 0x82, .. ".txt"u8], "content"u8.ToArray()));
        Assert.Equal("content"u8.ToArray(), await RoundTripAsync("old-name", "café.txt", zip));
    }

    private async Task<byte[]> RoundTripAsync(string name, string path, byte[] zip)
    {
        var id = await registry.Admin.UploadAsync(zip, name);
        using var bundle = new ZipArchive(new MemoryStream(await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/download")));
        Assert.Contains(path, bundle.Entries.Select(e => e.FullName));
        return await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/{Uri.EscapeDataString(path)}");
    }

    private static byte[] Zip(params string[] names) => Forged(f =>
    {
        foreach (var name in names) f.Add(name);
    });

    private static byte[] Forged(Action<ZipForger> forge)
    {
        var forger = new ZipForger();
        forge(forger);
        return forger.Build();
    }

    private static byte[] Lying(Action<ForgedEntry> lie) => Forged(f =>
    {
        f.Add("honest.txt");
        lie(f.Add("lie", new string('x', 50_000), deflate: true));
        f.Add("more.txt");
    });

    /// <summary>The first entry's data takes in the second one's header, as in bombs that quote themselves.</summary>
    private static byte[] Overlapping()
    {
        const int localHeader = 30 + 1;
        var inner = Forged(f => f.Add("b", "payload"))[..(localHeader + "payload".Length)];
        return Forged(f =>
        {
            f.Add("a"u8.ToArray(), inner);
            f.Add("b", "payload").HeaderOffset = localHeader;
        });
    }
}
