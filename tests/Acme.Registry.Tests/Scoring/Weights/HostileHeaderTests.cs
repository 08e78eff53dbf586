using Acme.Registry.Scoring.Weights;
using static Acme.Registry.Tests.Scoring.Weights.WeightFiles;

namespace Acme.Registry.Tests.Scoring.Weights;

public sealed class HostileHeaderTests
{
    [Fact]
    public async Task However_a_header_is_damaged_it_is_read_or_refused_and_never_claims_more_than_the_file()
    {
        var random = new Random(20_261);
        (byte[] Good, Func<ReadableFile, CancellationToken, Task<WeightHeader>> Read)[] formats =
            [(GoodSafetensors(), SafetensorsReader.ReadAsync), (GoodGguf(), GgufReader.ReadAsync), (PyTorch(100, 7), PyTorchReader.ReadAsync)];
        var refused = 0;
        foreach (var (good, read) in formats)
        {
            for (var i = 0; i < 3000; i++)
            {
                var damaged = (byte[])good.Clone();
                for (var n = random.Next(1, 5); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    var header = await read(InMemory(damaged), default);
                    Assert.InRange(header.Bytes, 0, damaged.Length);
                    Assert.True(header.Parameters is null or >= 0);
                }
                catch (MalformedWeightsException)
                {
                    refused++;
                }
            }
        }
        Assert.InRange(refused, 1, 8999);
    }
}
