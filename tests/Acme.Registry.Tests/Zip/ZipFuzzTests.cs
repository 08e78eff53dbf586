using System.Text;
using Acme.Registry.Zip;

namespace Acme.Registry.Tests.Zip;

public sealed class ZipFuzzTests
{
    /// <summary>Damage is either noticed and refused, or harmless: no other exception, and never other contents.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_damaged_zip_is_refused_or_yields_the_same_contents(int seed)
    {
        var random = new Random(seed);
        var zip = Valid(random, zip64: seed % 2 == 0);
        var expected = await ZipReading.ReadAllAsync(zip);
        var refused = 0;
        for (var round = 0; round < 1500; round++)
        {
            var damaged = Damage(zip, random);
            try
            {
                var actual = await ZipReading.ReadAllAsync(damaged);
                Assert.Equal(expected, actual);
            }
            catch (ZipRefusedException)
            {
                refused++;
            }
        }

        // Most damage hits something that matters.
        Assert.InRange(refused, 750, 1500);
    }

    private static byte[] Damage(byte[] zip, Random random)
    {
        var damaged = (byte[])zip.Clone();
        switch (random.Next(4))
        {
            case 0:
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                for (var i = random.Next(1, 6); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                break;
            case 2:
                // Extreme values in what may be a length, an offset or a count.
                var at = random.Next(damaged.Length - 4);
                damaged.AsSpan(at, random.Next(1, 5)).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0);
                break;
            default:
                var from = random.Next(damaged.Length);
                var to = random.Next(from, damaged.Length);
                damaged = [.. damaged[..from], .. damaged[to..]];
                if (from == to) damaged[0] ^= 1;
                break;
        }
        return damaged;
    }

    private static byte[] Valid(Random random, bool zip64)
    {
        var forger = new ZipForger { Zip64 = zip64, Comment = "made for tests"u8.ToArray() };
        for (var i = 0; i < 5; i++)
        {
            var content = new byte[random.Next(200)];
            random.NextBytes(content.AsSpan(0, content.Length / 2));
            var entry = forger.Add(Encoding.UTF8.GetBytes($"folder/file-{i}.bin"), content, deflate: i % 2 == 0);
            if (i == 1) entry.WithDescriptor(withSignature: true, wide: false);
            if (i == 2) entry.WithDescriptor(withSignature: false, wide: true);
            if (i == 3)
            {
                entry.Extra = ZipForger.Extra(1, (ulong)content.Length);
                (entry.Size, entry.LocalSize) = (0xFFFFFFFF, (uint)content.Length);
            }
        }
        return forger.Build();
    }
}
