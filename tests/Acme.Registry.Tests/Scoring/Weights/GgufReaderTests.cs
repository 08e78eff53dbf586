using System.Buffers.Binary;
using Acme.Registry.Scoring.Weights;
using static Acme.Registry.Tests.Scoring.Weights.WeightFiles;

namespace Acme.Registry.Tests.Scoring.Weights;

public sealed class GgufReaderTests
{
    private static Task<WeightHeader> Read(byte[] content) => GgufReader.ReadAsync(InMemory(content, "model.gguf"), default);

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public async Task A_good_header_tells_bytes_tensors_elements_and_types(uint version)
    {
        var header = await Read(GoodGguf(version));

        Assert.Equal(32 + 2 * 34, header.Bytes);
        Assert.Equal(2, header.Tensors);
        Assert.Equal(72, header.Parameters);
        Assert.Equal(["F32", "Q8_0"], header.Types);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(0x03000000u)]
    public async Task Other_versions_and_byte_orders_are_refused(uint version) =>
        Assert.Contains("version", (await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(GoodGguf(version)))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0UL, "overlap")]
    [InlineData(64UL, "out of the file")]
    [InlineData(ulong.MaxValue, "out of the file")]
    public async Task Tensors_that_overlap_or_leave_the_file_are_malformed(ulong offset, string why) =>
        Assert.Contains(why, (await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(GoodGguf(secondOffset: offset)))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(24)]
    public async Task Hostile_counts_and_lengths_are_malformed(int at)
    {
        foreach (var value in new[] { ulong.MaxValue, 1UL << 63, 1UL << 40 })
        {
            var content = GoodGguf();
            BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(at), value);
            await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(content));
        }
    }

    [Fact]
    public async Task Every_truncation_is_malformed()
    {
        var content = GoodGguf();
        for (var length = 0; length < content.Length; length++)
        {
            await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(content[..length]));
        }
    }
}
