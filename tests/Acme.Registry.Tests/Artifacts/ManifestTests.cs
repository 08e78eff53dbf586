using System.Text;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Tests.Artifacts;

public sealed class ManifestTests
{
    private static readonly Sha256Digest Digest = Sha256Digest.Of("content"u8);
    private static readonly ManifestEntry Stored = new("a.bin", 7, Digest, 42);
    private static readonly ManifestEntry Remote = new("a.bin", 7, Digest, null, new("https://example.com/resolve/1/a.bin"));

    [Fact]
    public void A_revision_keeps_its_id_when_its_files_arrive_or_fail()
    {
        var id = new Manifest([Stored]).RevisionId();
        Assert.Equal(id, new Manifest([Remote]).RevisionId());
        Assert.Equal(id, new Manifest([Remote with { Problem = "gone" }]).RevisionId());
        Assert.NotEqual(id, new Manifest([Stored with { Size = 8 }]).RevisionId());
    }

    [Fact]
    public void Manifests_from_before_there_were_remote_files_are_read_and_written_as_ever()
    {
        var text = $$"""[{"path":"a.bin","size":7,"digest":"{{Digest}}","crc32":42}]""";
        var manifest = Manifest.Deserialize(Encoding.UTF8.GetBytes(text));
        Assert.Equal(Stored, Assert.Single(manifest.Entries));
        Assert.Equal(0, manifest.RemoteSize);
        Assert.Equal(text, Encoding.UTF8.GetString(manifest.Serialize()));
    }

    [Fact]
    public void Remote_files_survive_being_stored()
    {
        var failed = Remote with { Path = "b.bin", Problem = "The source has other bytes." };
        var manifest = Manifest.Deserialize(new Manifest([Remote, failed]).Serialize());
        Assert.Equal([Remote, failed], manifest.Entries);
        Assert.Equal(14, manifest.RemoteSize);
    }
}
