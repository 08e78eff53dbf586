using System.Net;
using System.Text.RegularExpressions;

namespace Acme.Web.Tests.Browser;

/// <summary>A browser without a window: cookies, pages and forms over HTTP, for what a real one would never send.</summary>
public sealed partial class PlainBrowser : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, CookieContainer = new() };

    public PlainBrowser(Uri address)
    {
        Http = new(_handler) { BaseAddress = address };
        Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public HttpClient Http { get; }

    public CookieCollection Cookies => _handler.CookieContainer.GetAllCookies();

    /// <summary>A token of a form that this browser was given.</summary>
    public async Task<string> TokenAsync(string page = "/signin") => TokenIn(await Http.GetStringAsync(page));

    /// <summary>The token of the first form of a page.</summary>
    public static string TokenIn(string page) => FieldPattern().Match(page).Groups[1].Value;

    public async Task SignInAsync(string name, string password)
    {
        using var answer = await PostAsync("/signin", await TokenAsync(), ("_handler", "signin"), ("Form.Name", name), ("Form.Password", password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string? token, params (string Name, string Value)[] fields) =>
        Http.PostAsync(path, new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token ?? "")).Select(f => KeyValuePair.Create(f.Item1, f.Item2))));

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FieldPattern();
}
