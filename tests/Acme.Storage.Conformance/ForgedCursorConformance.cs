using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using FsCheck.Fluent;

namespace Acme.Storage.Conformance;

/// <summary>
/// A cursor's check is no secret: whoever has read the source can put any bytes behind the letter of a listing. Such a cursor is refused, or it is a
/// place like any other.
/// </summary>
public abstract class ForgedCursorConformance
{
    private const int CheckLength = 4;

    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public Task A_forged_cursor_is_refused_or_a_place() => AskAsync(
    [
        [], [0], .. new[] { "a\0b", "' OR 1=1 --", "~", "#", "9abc", "3", "3abc#soon", "3abc#", "3abc#NaN", "#1", "\uFFFF" }.Select(text => System.Text.Encoding.UTF8.GetBytes(text)),
        Number(long.MinValue), Number(-1), Number(long.MaxValue), [.. Number(1), .. "a\0b"u8], [.. Number(1), 0xFF, 0xFE], [.. Number(1), .. "abc"u8], [.. Number(long.MaxValue), .. "abc"u8],
        [.. Number(5), .. Number(-1)], [.. Number(5), .. Number(BitConverter.DoubleToInt64Bits(double.NaN))],
        [.. Number(-5), .. Number(BitConverter.DoubleToInt64Bits(double.NegativeInfinity))],
        // No UTF-8; half of a surrogate pair; longer than any key of any engine, with a shard before it and without.
        [0xC3, 0x28], [0xED, 0xA0, 0x80], [.. Enumerable.Repeat((byte)'a', 2900)], [.. "3"u8, .. Enumerable.Repeat((byte)'a', 1500)],
    ]);

    [Fact]
    public Task Random_cursors_are_refused_or_places() =>
        AskAsync([.. Gen.ArrayOf(Gen.Choose(0, 255)).Sample(30, 100).Select(key => key.Select(b => (byte)b).ToArray())]);

    private async Task AskAsync(byte[][] keys)
    {
        await using var catalog = await CreateAsync();
        await FillAsync(catalog.Store);
        foreach (var (name, next) in Questions(catalog.Store))
        {
            var letter = Base64Url.DecodeFromChars(await next(null) ?? throw new InvalidOperationException($"There is only one page of {name}."))[1];
            foreach (var key in keys)
            {
                try
                {
                    await next(Forge(letter, key));
                }
                catch (InvalidCursorException)
                {
                    // As it should be.
                }
                catch (Exception e)
                {
                    Assert.Fail($"{name} behind {Convert.ToHexString(key)}: {e}");
                }
            }
        }
    }

    private static async Task FillAsync(ICatalog catalog)
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            var artifact = Samples.Artifact("same name") with { Rating = Samples.Rating(0.5) };
            await catalog.Artifacts.SaveAsync(artifact, $"card of {name}", 0);
            await catalog.Deleted.SaveAsync(new(artifact, Samples.Noon, name));
            await catalog.Users.SaveAsync(Samples.User(name), 0);
            await catalog.Tokens.AddAsync(Samples.Token(name, name));
            await catalog.Jobs.AddAsync(Samples.Job(name));
            await catalog.Audit.AppendAsync(Samples.Entry(artifact.Id));
            await catalog.Audit.AppendAsync(Samples.Entry(ArtifactId.Parse("busy")));
        }
    }

    /// <summary>Every listing, as a way from one cursor to the next.</summary>
    private static IEnumerable<(string Name, Func<string?, Task<string?>> Next)> Questions(ICatalog catalog)
    {
        yield return ("artifacts", async cursor => (await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 1)).Next);
        yield return ("artifacts of a name", async cursor => (await catalog.Artifacts.ListAsync([new("same name", [])], cursor, 1)).Next);
        yield return ("artifacts of a type", async cursor => (await catalog.Artifacts.ListAsync([new(null, [ArtifactType.Model])], cursor, 1)).Next);
        yield return ("what a pattern is found in", async cursor => (await catalog.Artifacts.SearchAsync(SearchPattern.Parse("card"), cursor, 1)).Next);
        foreach (var order in Enum.GetValues<ArtifactOrder>())
        {
            yield return ($"artifacts by {order}", async cursor => (await catalog.Artifacts.BrowseAsync(new() { Order = order }, cursor, 1)).Next);
            yield return ($"what a pattern is found in by {order}", async cursor =>
                (await catalog.Artifacts.BrowseAsync(new() { Order = order, Pattern = SearchPattern.Parse("card") }, cursor, 1)).Next);
        }
        foreach (var order in Enum.GetValues<DeletionOrder>())
            yield return ($"deleted artifacts by {order}", async cursor => (await catalog.Deleted.ListAsync(order, cursor, 1)).Next);
        yield return ("users", async cursor => (await catalog.Users.ListAsync(cursor, 1)).Next);
        yield return ("tokens", async cursor => (await catalog.Tokens.ListAsync(cursor, 1)).Next);
        yield return ("jobs", async cursor => (await catalog.Jobs.ListAsync(cursor, 1)).Next);
        yield return ("a trail", async cursor => (await catalog.Audit.ListAsync(ArtifactId.Parse("busy"), cursor, 1)).Next);
        yield return ("artifacts with a trail", async cursor => (await catalog.Audit.ListArtifactsAsync(cursor, 1)).Next);
    }

    private static byte[] Number(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static string Forge(byte letter, byte[] key)
    {
        byte[] body = [1, letter, .. key];
        return Base64Url.EncodeToString([.. body, .. SHA256.HashData(body)[..CheckLength]]);
    }
}
