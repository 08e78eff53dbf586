using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;

namespace Acme.Web.Session;

/// <summary>
/// Whose sessions were asked for a moment ago, so that not every page asks again. This decides only what a page offers: whether a call is
/// allowed is verified by the API at every call, and a refusal there has the session asked for anew.
/// </summary>
internal sealed class KnownSessions : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _sessions = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public Client.Contract.Session? Find(string token) => _sessions.Get<Client.Contract.Session>(KeyOf(token));

    public void Keep(string token, Client.Contract.Session session) =>
        _sessions.Set(KeyOf(token), session, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Lifetime, Size = 1 });

    public void Forget(string token) => _sessions.Remove(KeyOf(token));

    public void Dispose() => _sessions.Dispose();

    // Tokens themselves are not kept.
    private static string KeyOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
