using System.IO.Compression;
using System.Text;
using Acme.Registry.Zip;

namespace Acme.Registry.Tests.Zip;

public sealed class ZipSnapshotTests
{
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public async Task An_ordinary_zip_yields_its_files(CompressionLevel level)
    {
        var zip = Honest(level, ("model/config.json", "{}"), ("model/weights.bin", new string('w', 300_000)), ("empty", ""));
        await using var snapshot = await ZipReading.OpenAsync(zip);

        Assert.Equal(["model/config.json", "model/weights.bin", "empty"], snapshot.Files.Select(f => f.Path));
        Assert.Equal([2, 300_000, 0], snapshot.Files.Select(f => f.Size));
        Assert.Equal("{}", await ZipReading.ReadTextAsync(snapshot.Files[0]));
        Assert.Equal(new string('w', 300_000), await ZipReading.ReadTextAsync(snapshot.Files[1]));
        Assert.Equal("", await ZipReading.ReadTextAsync(snapshot.Files[2]));
    }

    [Fact]
    public async Task Entries_can_be_read_at_the_same_time_and_more_than_once()
    {
        var texts = Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 200_000)).ToArray();
        var zip = Honest(CompressionLevel.Fastest, [.. texts.Select((t, i) => ($"f{i}", t))]);
        await using var snapshot = await ZipReading.OpenAsync(zip);

        var read = await Task.WhenAll(snapshot.Files.Concat(snapshot.Files).Select(f => Task.Run(() => ZipReading.ReadTextAsync(f))));
        Assert.Equal([.. texts, .. texts], read);
    }

    [Fact]
    public async Task A_synchronous_reader_gets_the_same_checks()
    {
        var forger = new ZipForger();
        forger.Add("good", "abc", deflate: true);
        forger.Add("bad", "abc", deflate: true).Crc++;
        await using var snapshot = await ZipReading.OpenAsync(forger.Build());

        using var good = new StreamReader(await snapshot.Files[0].OpenAsync(default));
        Assert.Equal("abc", good.ReadToEnd());
        using var bad = new StreamReader(await snapshot.Files[1].OpenAsync(default));
        Assert.Equal("bad", Assert.Throws<ZipRefusedException>(bad.ReadToEnd).EntryName);
    }

    [Fact]
    public async Task Folders_and_what_the_Finder_adds_are_left_out()
    {
        var forger = new ZipForger();
        forger.Add("model/", "").UnixMode = 0x41ED;
        forger.Add("model/a");
        forger.Add("model/.DS_Store");
        forger.Add("__MACOSX/model/._a");
        forger.Add(".DS_Store");
        Assert.Equal(["model/a"], (await ZipReading.ReadAllAsync(forger.Build())).Keys);
    }

    [Fact]
    public async Task A_zip_of_nothing_but_folders_holds_no_files()
    {
        var forger = new ZipForger();
        forger.Add("a/", "");
        Assert.Contains("holds no files", (await ZipReading.RefusalAsync(forger.Build())).Message);
        Assert.Contains("holds no files", (await ZipReading.RefusalAsync(new ZipForger().Build())).Message);
    }

    [Fact]
    public async Task A_zip_in_the_zip_is_a_file_and_is_not_looked_into()
    {
        var inner = new ZipForger();
        inner.Add("../../evil");
        var bytes = inner.Build();
        var outer = new ZipForger();
        outer.Add("inner.zip"u8.ToArray(), bytes, deflate: true);

        await using var snapshot = await ZipReading.OpenAsync(outer.Build());
        Assert.Equal("inner.zip", Assert.Single(snapshot.Files).Path);
        Assert.Equal(bytes, await ZipReading.ReadAsync(snapshot.Files[0]));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Sizes_may_stand_behind_the_data(bool withSignature, bool wide)
    {
        var forger = new ZipForger();
        forger.Add("a", "first", deflate: true).WithDescriptor(withSignature, wide);
        forger.Add("b", "second").WithDescriptor(withSignature, wide);
        Assert.Equal(["a", "b"], (await ZipReading.ReadAllAsync(forger.Build())).Keys);
    }

    [Fact]
    public async Task A_zip_written_to_a_pipe_is_read()
    {
        using var pipe = new OneWayStream();
        using (var archive = new ZipArchive(pipe, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 3; i++)
            {
                using var content = archive.CreateEntry($"f{i}").Open();
                content.Write(new byte[1000]);
            }
        }
        Assert.Equal(3, (await ZipReading.ReadAllAsync(pipe.ToArray())).Count);
    }

    [Fact]
    public async Task ZIP64_fields_are_read_where_the_plain_ones_defer_to_them()
    {
        var forger = new ZipForger { Zip64 = true };
        var entry = forger.Add("a", "abc");
        entry.Extra = ZipForger.Extra(1, 3ul, 3ul, 0ul);
        entry.LocalExtra = ZipForger.Extra(1, 3ul, 3ul);
        (entry.Size, entry.CompressedSize, entry.HeaderOffset) = (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF);
        await using var snapshot = await ZipReading.OpenAsync(forger.Build());
        Assert.Equal("abc", await ZipReading.ReadTextAsync(Assert.Single(snapshot.Files)));
    }

    [Fact]
    public async Task A_comment_may_be_as_long_as_the_format_allows()
    {
        var forger = new ZipForger { Comment = new byte[65_535] };
        forger.Add("a");
        Assert.Single(await ZipReading.ReadAllAsync(forger.Build()));
    }

    [Fact]
    public async Task Names_of_300_characters_are_kept()
    {
        var name = $"{new string('ä', 150)}/{new string('b', 149)}";
        var zip = Honest(CompressionLevel.Fastest, (name, "x"));
        await using var snapshot = await ZipReading.OpenAsync(zip);
        Assert.Equal(name, Assert.Single(snapshot.Files).Path);
    }

    [Fact]
    public async Task Names_without_the_UTF8_flag_are_UTF8_if_they_can_be_and_else_code_page_437()
    {
        var forger = new ZipForger();
        forger.Add(Encoding.UTF8.GetBytes("größe"), []);
        forger.Add([(byte)'g', (byte)'r', 0x94, 0xE1, (byte)'e', (byte)'r'], []);
        Assert.Equal(["größe", "größer"], (await ZipReading.ReadAllAsync(forger.Build())).Keys);
    }

    [Fact]
    public async Task Backslashes_are_read_as_slashes()
    {
        var forger = new ZipForger();
        forger.Add(@"data\train\a.csv");
        Assert.Equal("data/train/a.csv", Assert.Single(await ZipReading.ReadAllAsync(forger.Build())).Key);
    }

    [Fact]
    public async Task A_hundred_thousand_entries_are_taken_and_one_more_is_not()
    {
        using var many = new MemoryStream();
        using (var archive = new ZipArchive(many, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 100_000; i++) archive.CreateEntry($"folder-{i % 100}/{i}.txt");
        }
        await using (var snapshot = await ZipReading.OpenAsync(many.ToArray())) Assert.Equal(100_000, snapshot.Files.Count);

        var refusal = await ZipReading.RefusalAsync(many.ToArray(), new ZipLimits { MaxEntries = 99_999 });
        Assert.Contains("100,000 entries", refusal.Message);
    }

    [Fact]
    public async Task The_file_is_closed_with_the_snapshot_and_after_a_refusal()
    {
        var forger = new ZipForger();
        forger.Add("a");
        var file = ZipReading.Spool(forger.Build());
        await (await ZipSnapshot.OpenAsync(file, ZipLimits.Default)).DisposeAsync();
        Assert.True(file.IsClosed);

        var garbage = ZipReading.Spool(new byte[100]);
        await Assert.ThrowsAsync<ZipRefusedException>(() => ZipSnapshot.OpenAsync(garbage, ZipLimits.Default));
        Assert.True(garbage.IsClosed);
    }

    private static byte[] Honest(CompressionLevel level, params (string Name, string Content)[] files)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var writer = new StreamWriter(archive.CreateEntry(name, level).Open());
                writer.Write(content);
            }
        }
        return zip.ToArray();
    }

    /// <summary>Makes a writer believe that it cannot go back.</summary>
    private sealed class OneWayStream : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
