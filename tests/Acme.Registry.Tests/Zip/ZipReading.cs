using System.Text;
using Acme.Registry.Sources;
using Acme.Registry.Zip;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Tests.Zip;

/// <summary>Opens ZIPs that are in memory, through a file that is gone when the snapshot is.</summary>
internal static class ZipReading
{
    public static Task<ZipSnapshot> OpenAsync(byte[] zip, ZipLimits? limits = null) => ZipSnapshot.OpenAsync(Spool(zip), limits ?? ZipLimits.Default);

    public static SafeFileHandle Spool(byte[] content)
    {
        var path = Path.Combine(Path.GetTempPath(), $"acme-test-{Guid.NewGuid():N}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(file, content, 0);
        return file;
    }

    public static async Task<byte[]> ReadAsync(SnapshotFile file)
    {
        await using var stream = await file.OpenAsync(default);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    public static async Task<string> ReadTextAsync(SnapshotFile file) => Encoding.UTF8.GetString(await ReadAsync(file));

    public static async Task<Dictionary<string, string>> ReadAllAsync(byte[] zip, ZipLimits? limits = null)
    {
        await using var snapshot = await OpenAsync(zip, limits);
        var contents = new Dictionary<string, string>();
        foreach (var file in snapshot.Files) contents.Add(file.Path, Convert.ToBase64String(await ReadAsync(file)));
        return contents;
    }

    /// <summary>Opens and reads everything; returns the refusal that there must be.</summary>
    public static async Task<ZipRefusedException> RefusalAsync(byte[] zip, ZipLimits? limits = null) =>
        await Assert.ThrowsAsync<ZipRefusedException>(() => ReadAllAsync(zip, limits));
}
