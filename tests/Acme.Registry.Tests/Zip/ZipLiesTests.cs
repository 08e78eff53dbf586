using System.Text;
using Acme.Registry.Zip;

namespace Acme.Registry.Tests.Zip;

/// <summary>Archives whose structure does not agree with itself or with the data.</summary>
public sealed class ZipLiesTests
{
    [Fact]
    public async Task Every_truncation_is_refused()
    {
        var zip = Two().Build();
        for (var length = 0; length < zip.Length; length++)
        {
            var refusal = await ZipReading.RefusalAsync(zip[..length]);
            Assert.Contains(length < 4 ? "not a ZIP" : "cut short", refusal.Message);
        }
    }

    [Theory]
    [InlineData("<html><body>Not found</body></html>")]
    [InlineData("")]
    [InlineData("PK")]
    public async Task Something_else_is_refused_as_no_ZIP(string content) =>
        Assert.Contains("not a ZIP", (await ZipReading.RefusalAsync(Encoding.UTF8.GetBytes(content))).Message);

    [Fact]
    public async Task Bytes_behind_the_end_are_refused() =>
        Assert.Contains("added behind it", (await ZipReading.RefusalAsync([.. Two().Build(), 0])).Message);

    [Fact]
    public async Task A_program_before_the_archive_is_refused_whether_offsets_count_it_or_not()
    {
        var forger = Two();
        forger.Prefix = new byte[100];
        Assert.Contains("before its first entry", (await ZipReading.RefusalAsync(forger.Build())).Message);
        Assert.Contains("self-extracting", (await ZipReading.RefusalAsync([.. new byte[100], .. Two().Build()])).Message);
    }

    [Fact]
    public async Task Two_end_records_are_refused()
    {
        var forger = Two();
        forger.Comment = new ZipForger().Build();
        Assert.Contains("two end records", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(60_000)]
    public async Task A_wrong_count_is_refused(int count)
    {
        var forger = Two();
        forger.Count = (ulong)count;
        Assert.Contains("central directory is damaged", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task A_directory_that_is_not_where_it_should_be_is_refused()
    {
        var (offset, size) = (Two(), Two());
        offset.DirectoryOffset = 1;
        size.DirectorySize = 1;
        Assert.Contains("not where", (await ZipReading.RefusalAsync(offset.Build())).Message);
        Assert.Contains("not where", (await ZipReading.RefusalAsync(size.Build())).Message);
    }

    [Fact]
    public async Task A_part_of_a_split_archive_is_refused()
    {
        var (disk, entry) = (Two(), Two());
        disk.Disk = 1;
        entry.Entries[1].DiskStart = 1;
        Assert.Contains("split", (await ZipReading.RefusalAsync(disk.Build())).Message);
        Assert.Contains("split", (await ZipReading.RefusalAsync(entry.Build())).Message);
    }

    [Fact]
    public async Task ZIP64_records_that_contradict_the_plain_ones_are_refused()
    {
        var count = Two();
        (count.Zip64, count.PlainCount) = (true, 1);
        Assert.Contains("contradicts itself", (await ZipReading.RefusalAsync(count.Build())).Message);

        var consistent = Two();
        (consistent.Zip64, consistent.PlainCount) = (true, 2);
        Assert.Equal(2, (await ZipReading.ReadAllAsync(consistent.Build())).Count);

        var extended = Two();
        (extended.Zip64, extended.Zip64EndSize) = (true, 45);
        Assert.Contains("ZIP64", (await ZipReading.RefusalAsync(extended.Build())).Message);

        foreach (var lie in (ulong[])[ulong.MaxValue, long.MaxValue, 1ul << 40])
        {
            var (entries, offset, size) = (Two(), Two(), Two());
            (entries.Zip64, entries.Count) = (true, lie);
            (offset.Zip64, offset.DirectoryOffset) = (true, lie);
            (size.Zip64, size.DirectorySize) = (true, lie);
            foreach (var forger in (ZipForger[])[entries, offset, size]) await ZipReading.RefusalAsync(forger.Build());
        }
    }

    [Fact]
    public async Task ZIP64_values_of_an_entry_must_be_there_once_and_agree()
    {
        byte[][] extras =
        [
            [],
            ZipForger.Extra(1, 7u),
            ZipForger.Extra(1, ulong.MaxValue),
            ZipForger.Extra(1, 7ul, 8ul),
            ZipForger.Extra(1, 7ul, 7ul, 5ul),
            ZipForger.Extra(1, 7ul, (ushort)1),
            [.. ZipForger.Extra(1, 7ul), .. ZipForger.Extra(1, 7ul)],
            [1, 0, 255, 255, 0],
        ];
        foreach (var extra in extras)
        {
            var forger = Two();
            (forger.Entries[0].Size, forger.Entries[0].LocalSize, forger.Entries[0].Extra) = (0xFFFFFFFF, 7, extra);
            Assert.Equal("a", (await ZipReading.RefusalAsync(forger.Build())).EntryName);
        }

        var good = Two();
        (good.Entries[0].Size, good.Entries[0].LocalSize, good.Entries[0].Extra) = (0xFFFFFFFF, 7, ZipForger.Extra(1, 7ul, 7ul, 0ul, 0u));
        Assert.Equal(2, (await ZipReading.ReadAllAsync(good.Build())).Count);
    }

    [Fact]
    public async Task Another_name_in_the_local_header_is_refused()
    {
        foreach (var name in (string[])["x", "ab", ""])
        {
            var forger = Two();
            forger.Entries[0].LocalName = Encoding.UTF8.GetBytes(name);
            var refusal = await ZipReading.RefusalAsync(forger.Build());
            Assert.Equal("a", refusal.EntryName);
            Assert.Contains("another name", refusal.Message);
        }
    }

    [Fact]
    public async Task A_local_header_that_describes_other_data_is_refused()
    {
        Action<ForgedEntry>[] lies =
        [
            e => e.LocalCrc = 1,
            e => e.LocalSize = 6,
            e => e.LocalCompressedSize = 6,
            e => e.LocalMethod = 8,
            e => e.LocalFlags = 1,
            e => e.LocalFlags = 1 << 3,
            e => (e.LocalSize, e.LocalExtra) = (0xFFFFFFFF, ZipForger.Extra(1, 8ul)),
        ];
        foreach (var lie in lies)
        {
            var forger = Two();
            lie(forger.Entries[1]);
            var refusal = await ZipReading.RefusalAsync(forger.Build());
            Assert.Equal("b", refusal.EntryName);
        }
    }

    [Fact]
    public async Task A_descriptor_that_lies_or_is_missing_is_refused()
    {
        Action<ForgedEntry>[] lies = [e => e.Descriptor = [], e => e.Descriptor[4]++, e => e.Descriptor[8]++, e => e.Descriptor[12]++];
        foreach (var lie in lies)
        {
            var forger = Two();
            lie(forger.Entries[1].WithDescriptor(withSignature: true, wide: false));
            var refusal = await ZipReading.RefusalAsync(forger.Build());
            Assert.Equal("b", refusal.EntryName);
            Assert.Contains("descriptor", refusal.Message);
        }
    }

    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public async Task An_announced_size_that_is_wrong_is_noticed_while_reading(int difference)
    {
        var forger = new ZipForger();
        var entry = forger.Add("a", new string('x', 100_000), deflate: true);
        entry.Size = (uint)(entry.Size + difference);
        await using var snapshot = await ZipReading.OpenAsync(forger.Build());

        var refusal = await Assert.ThrowsAsync<ZipRefusedException>(() => ZipReading.ReadAsync(snapshot.Files[0]));
        Assert.Equal("a", refusal.EntryName);
        Assert.Contains(difference > 0 ? "ends 1 bytes before" : "more than the 99,999 bytes", refusal.Message);
    }

    [Fact]
    public async Task Whoever_reads_just_the_announced_bytes_is_told_as_well()
    {
        var forger = new ZipForger();
        forger.Add("a", "12345", deflate: true).Size = 4;
        forger.Add("b", "12345", deflate: true).Crc++;
        await using var snapshot = await ZipReading.OpenAsync(forger.Build());
        foreach (var file in snapshot.Files)
        {
            await using var stream = await file.OpenAsync(default);
            await Assert.ThrowsAsync<ZipRefusedException>(async () => await stream.ReadExactlyAsync(new byte[file.Size]));
        }
    }

    [Fact]
    public async Task More_bytes_than_deflate_can_make_are_refused_at_once()
    {
        var forger = new ZipForger();
        forger.Add("a", "x", deflate: true).Size = 1 << 20;
        Assert.Contains("can hold", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task Stored_data_has_one_size()
    {
        var forger = new ZipForger();
        forger.Add("a", "xyz").Size = 2;
        Assert.Contains("two different sizes", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task A_wrong_checksum_and_garbage_in_the_data_are_noticed_while_reading()
    {
        var forger = new ZipForger();
        forger.Add("a").Crc++;
        Assert.Contains("checksum", (await ZipReading.RefusalAsync(forger.Build())).Message);

        forger = new ZipForger();
        forger.Add("a", "content", deflate: true).Data.AsSpan().Fill(0xFF);
        Assert.Contains("cannot be uncompressed", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Fact]
    public async Task An_entry_that_reaches_into_the_next_one_is_refused()
    {
        // The quoting trick of the overlapping bomb: the first entry's data takes in the second one's local header.
        var forger = new ZipForger();
        var inner = new ZipForger();
        inner.Add("b", "payload");
        var local = inner.Build()[..(30 + 1 + 7)];
        forger.Add("a"u8.ToArray(), local);
        var second = forger.Add("b", "payload");
        second.HeaderOffset = 30 + 1;
        var refusal = await ZipReading.RefusalAsync(forger.Build());
        Assert.Equal("b", refusal.EntryName);
        Assert.Contains("shares bytes", refusal.Message);
    }

    [Fact]
    public async Task An_entry_that_reaches_into_the_directory_is_refused()
    {
        var forger = Two();
        (forger.Entries[1].Size, forger.Entries[1].CompressedSize) = (8, 8);
        Assert.Contains("runs into", (await ZipReading.RefusalAsync(forger.Build())).Message);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(70u)]
    [InlineData(0xFFFFFFF0u)]
    public async Task An_entry_that_is_not_where_the_directory_says_is_refused(uint offset)
    {
        var forger = Two();
        forger.Entries[1].HeaderOffset = offset;
        Assert.Equal("b", (await ZipReading.RefusalAsync(forger.Build())).EntryName);
    }

    private static ZipForger Two()
    {
        var forger = new ZipForger();
        forger.Add("a");
        forger.Add("b");
        return forger;
    }
}
