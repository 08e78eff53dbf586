using System.Buffers.Binary;
using Acme.Registry.Scoring.Weights;
using static Acme.Registry.Tests.Scoring.Weights.WeightFiles;

namespace Acme.Registry.Tests.Scoring.Weights;

public sealed class SafetensorsReaderTests
{
    private static Task<WeightHeader> Read(byte[] content) => SafetensorsReader.ReadAsync(InMemory(content), default);

    [Fact]
    public async Task A_good_header_tells_bytes_tensors_elements_and_types()
    {
        var header = await Read(GoodSafetensors());

        Assert.Equal(20, header.Bytes);
        Assert.Equal(2, header.Tensors);
        Assert.Equal(10, header.Parameters);
        Assert.Equal(["F16"], header.Types);
        Assert.Null(header.Problem);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}""", 20, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "end at byte 8 of 9")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "do not give the 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,80]}}""", 8, "outside the file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "outside the file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}""", 8, "than can be counted")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8, "lacks")]
    [InlineData("""{"a":{"dtype":5,"shape":[2],"data_offsets":[0,8]}}""", 8, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "not JSON")]
    [InlineData("""["a"]""", 8, "not a JSON object")]
    [InlineData("""{"a":""", 8, "not JSON")]
    [InlineData("""{"a":[[[[[[[[[[[[1]]]]]]]]]]]]}""", 8, "not JSON")]
    public async Task A_header_that_contradicts_itself_or_the_file_is_malformed(string json, int dataBytes, string why)
    {
        var e = await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(Safetensors(json, dataBytes)));

        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    [InlineData(1_000UL)]
    public async Task A_header_length_out_of_bounds_is_malformed_before_anything_is_read(ulong length)
    {
        var content = GoodSafetensors();
        BinaryPrimitives.WriteUInt64LittleEndian(content, length);

        var e = await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(content));

        Assert.Contains("claims", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_truncation_is_malformed()
    {
        var content = GoodSafetensors();
        for (var length = 0; length < content.Length; length++)
        {
            await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(content[..length]));
        }
    }

    [Fact]
    public async Task Empty_tensors_with_huge_other_dimensions_hold_nothing()
    {
        var header = await Read(Safetensors("""{"a":{"dtype":"F32","shape":[9223372036854775807,0,9223372036854775807],"data_offsets":[0,0]}}""", 0));

        Assert.Equal(0, header.Parameters);
        Assert.Equal(0, header.Bytes);
    }
}
