using Acme.Registry.Zip;

namespace Acme.Registry.Tests.Zip;

/// <summary>What may be neither in a name nor in an entry, nor in the entries together.</summary>
public sealed class ZipRulesTests
{
    [Theory]
    [InlineData("../a", "leads elsewhere")]
    [InlineData("a/../../b", "leads elsewhere")]
    [InlineData("a/..", "leads elsewhere")]
    [InlineData(@"a\..\b", "leads elsewhere")]
    [InlineData(@"..\b", "leads elsewhere")]
    [InlineData("a/.. /b", "leads elsewhere")]
    [InlineData("./a", "leads elsewhere")]
    [InlineData("a/./b", "leads elsewhere")]
    [InlineData("/etc/passwd", "absolute path")]
    [InlineData(@"\windows", "absolute path")]
    [InlineData(@"\\server\share\a", "absolute path")]
    [InlineData("C:/a", "drive letter")]
    [InlineData(@"c:\a", "drive letter")]
    [InlineData("c:a", "drive letter")]
    [InlineData("a//b", "empty folder name")]
    [InlineData("a//", "empty folder name")]
    [InlineData("a\nb", "control character")]
    [InlineData("a\0b", "control character")]
    [InlineData("a\u0085b", "control character")]
    [InlineData("a\u202Egpj.exe", "text direction")]
    [InlineData("", "has no name")]
    public async Task A_name_that_could_lead_astray_is_refused(string name, string problem)
    {
        var forger = new ZipForger();
        forger.Add(name).Flags = 1 << 11;
        Assert.Contains(problem, (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Theory]
    [InlineData("CON")]
    [InlineData("ends with a dot.")]
    [InlineData("file:stream")]
    [InlineData("..hidden")]
    [InlineData("...a/b..")]
    [InlineData(" spaces ")]
    [InlineData("emoji \U0001F469\u200D\U0001F680")]
    public async Task A_name_that_is_merely_awkward_is_kept(string name)
    {
        var forger = new ZipForger();
        forger.Add(name);
        Assert.Equal(name, Assert.Single(await ZipReading.ReadAllAsync(forger.Build())).Key);
    }

    [Fact]
    public async Task A_name_longer_than_the_limit_is_refused_in_a_short_message()
    {
        var forger = new ZipForger();
        forger.Add(new string('n', 1025));
        var refusal = await ZipReading.RefusalAsync(forger.Build());
        Assert.Contains("1,025 bytes", refusal.Message);
        Assert.InRange(refusal.Message.Length, 100, 400);

        forger = new ZipForger();
        forger.Add(new string('n', 1024));
        Assert.Single(await ZipReading.ReadAllAsync(forger.Build()));
    }

    [Fact]
    public async Task Invalid_UTF8_under_the_UTF8_flag_is_refused()
    {
        var forger = new ZipForger();
        forger.Add([(byte)'a', 0xFF], []).Flags = 1 << 11;
        Assert.Contains("said to be UTF-8", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task The_refusal_shows_the_name_without_its_control_characters()
    {
        var forger = new ZipForger();
        forger.Add("a\u001B[31m");
        var refusal = await ZipReading.RefusalAsync(forger.Build());
        Assert.Equal(@"a\u001B[31m", refusal.EntryName);
        Assert.DoesNotContain('\u001B', refusal.Message);
    }

    [Theory]
    [InlineData(0xA1FF, "symbolic link")]
    [InlineData(0x2180, "special file")]
    [InlineData(0x6180, "special file")]
    [InlineData(0x1180, "special file")]
    [InlineData(0xC180, "special file")]
    [InlineData(0x41ED, "special file")]
    public async Task Only_regular_files_are_taken(int mode, string problem)
    {
        foreach (byte system in (byte[])[0, 3, 19])
        {
            var forger = new ZipForger();
            forger.Add("good").UnixMode = 0x81A4;
            var entry = forger.Add("odd");
            (entry.UnixMode, entry.MadeBy) = ((ushort)mode, system);
            var refusal = await ZipReading.RefusalAsync(forger.Build());
            Assert.Equal("odd", refusal.EntryName);
            Assert.Contains(problem, refusal.Message);
        }
    }

    [Theory]
    [InlineData("a", "a", "twice")]
    [InlineData("weights.bin", "Weights.BIN", "letter case")]
    [InlineData("ÄRGER/é", "ärger/É", "letter case")]
    [InlineData("a", "a/b", "have it as their folder")]
    [InlineData("A", "a/b/c", "have it as their folder")]
    [InlineData("a/", "A", "letter")]
    public async Task Names_that_collide_are_refused(string one, string other, string problem)
    {
        foreach (var (first, second) in ((string, string)[])[(one, other), (other, one)])
        {
            var forger = new ZipForger();
            forger.Add(first, first.EndsWith('/') ? "" : "x");
            forger.Add("a!", "between in ordinal order");
            forger.Add(second, second.EndsWith('/') ? "" : "x");
            var refusal = await ZipReading.RefusalAsync(forger.Build());
            Assert.NotNull(refusal.EntryName);
            if (problem != "letter") Assert.Contains(problem, refusal.Message);
        }
    }

    [Theory]
    [InlineData(1 << 0, 8)]
    [InlineData(1 << 6, 8)]
    [InlineData(1 << 13, 8)]
    [InlineData(0, 99)]
    public async Task Encrypted_entries_are_refused(int flags, int method)
    {
        var forger = new ZipForger();
        var entry = forger.Add("secret", "x", deflate: true);
        (entry.Flags, entry.Method) = ((ushort)flags, (ushort)method);
        Assert.Contains("encrypted", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Theory]
    [InlineData(9, "deflate64")]
    [InlineData(12, "bzip2")]
    [InlineData(14, "LZMA")]
    [InlineData(93, "Zstandard")]
    [InlineData(1234, "method 1234")]
    public async Task Other_methods_are_refused_by_name(int method, string name)
    {
        var forger = new ZipForger();
        forger.Add("a").Method = (ushort)method;
        Assert.Contains(name, (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task A_patch_is_refused()
    {
        var forger = new ZipForger();
        forger.Add("a").Flags = 1 << 5;
        Assert.Contains("patch", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task A_folder_has_no_contents()
    {
        var forger = new ZipForger();
        forger.Add("a/", "x");
        Assert.Contains("folder", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task More_in_all_than_the_limit_is_refused_at_the_entry_that_goes_over()
    {
        var forger = new ZipForger();
        forger.Add("a", new string('x', 60));
        forger.Add("b", new string('x', 41));
        var zip = forger.Build();
        Assert.Equal("b", (await ZipReading.RefusalAsync(zip, new ZipLimits { MaxTotalBytes = 100 })).EntryName);
        Assert.Equal(2, (await ZipReading.ReadAllAsync(zip, new ZipLimits { MaxTotalBytes = 101 })).Count);
    }

    [Fact]
    public async Task A_high_ratio_is_refused_only_above_the_free_bytes()
    {
        var forger = new ZipForger();
        forger.Add("zeros"u8.ToArray(), new byte[1_000_000], deflate: true);
        forger.Add("small");
        var zip = forger.Build();
        Assert.Equal(2, (await ZipReading.ReadAllAsync(zip)).Count);

        var refusal = await ZipReading.RefusalAsync(zip, new ZipLimits { FreeBytes = 999_999 });
        Assert.Equal("zeros", refusal.EntryName);
        Assert.Contains("200 to 1", refusal.Message);
        Assert.Equal(2, (await ZipReading.ReadAllAsync(zip, new ZipLimits { FreeBytes = 999_999, MaxRatio = 1000 })).Count);
    }

    [Fact]
    public async Task A_directory_larger_than_the_limit_is_refused()
    {
        var forger = new ZipForger();
        forger.Add(new string('a', 100));
        Assert.Contains("146 bytes", (await ZipReading.RefusalAsync(forger.Build(), new ZipLimits { MaxDirectoryBytes = 145 })).Message);
        Assert.Single(await ZipReading.ReadAllAsync(forger.Build(), new ZipLimits { MaxDirectoryBytes = 146 }));
    }
}
