using System.Buffers.Binary;
using Acme.Registry.Scoring.Weights;
using static Acme.Registry.Tests.Scoring.Weights.WeightFiles;

namespace Acme.Registry.Tests.Scoring.Weights;

public sealed class PyTorchReaderTests
{
    private static Task<WeightHeader> Read(byte[] content) => PyTorchReader.ReadAsync(InMemory(content, "pytorch_model.bin"), default);

    [Fact]
    public async Task Only_the_storages_of_a_checkpoint_count()
    {
        var header = await Read(PyTorch(1000, 24));

        Assert.Equal(1024, header.Bytes);
        Assert.Equal(2, header.Tensors);
        Assert.Null(header.Parameters);
    }

    [Fact]
    public async Task Of_a_bare_pickle_only_the_size_is_known()
    {
        var header = await Read([0x80, 0x02, .. new byte[98]]);

        Assert.Equal(100, header.Bytes);
        Assert.Null(header.Tensors);
    }

    [Fact]
    public async Task Storages_that_claim_more_than_the_file_holds_are_malformed()
    {
        var content = PyTorch(1000);
        var entry = content.AsSpan().LastIndexOf("archive/data/0"u8) - 46;
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(entry + 24), 0xFFFFFFF0);

        Assert.Contains("more than the file has", (await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(content))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Truncated_and_foreign_files_are_malformed()
    {
        var content = PyTorch(100);

        Assert.Contains("truncated", (await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(content[..^30]))).Message, StringComparison.Ordinal);
        Assert.Contains("neither", (await Assert.ThrowsAsync<MalformedWeightsException>(() => Read("version https://git-lfs"u8.ToArray()))).Message, StringComparison.Ordinal);
        Assert.Contains("neither", (await Assert.ThrowsAsync<MalformedWeightsException>(() => Read([]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_outside_the_file_is_malformed()
    {
        var content = PyTorch(100);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(content.Length - 22 + 16), 0xFFFFFFF0);

        Assert.Contains("outside", (await Assert.ThrowsAsync<MalformedWeightsException>(() => Read(content))).Message, StringComparison.Ordinal);
    }
}
