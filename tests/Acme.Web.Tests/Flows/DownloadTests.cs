using System.Net;
using System.Net.Http.Headers;
using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Flows;

/// <summary>Links of pages download with the session alone, as well as the API does with a token.</summary>
public sealed class DownloadTests(TestSite site)
{
    private string Page => $"/models/{site.Registry.IdOf("acme/review-classifier")}";

    [Fact]
    public async Task A_range_a_head_and_a_validator_are_answered_as_the_API_answers_them()
    {
        using var browser = new PlainBrowser(site.Registry.Address);
        await browser.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        var whole = await browser.Http.GetByteArrayAsync($"{Page}/file/model.safetensors");

        using var part = new HttpRequestMessage(HttpMethod.Get, $"{Page}/file/model.safetensors") { Headers = { Range = new RangeHeaderValue(100, 199) } };
        using var partial = await browser.Http.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, partial.StatusCode);
        Assert.Equal(whole[100..200], await partial.Content.ReadAsByteArrayAsync());

        using var head = await browser.Http.SendAsync(new(HttpMethod.Head, $"{Page}/file/model.safetensors"));
        Assert.Equal(whole.Length, head.Content.Headers.ContentLength);
        Assert.Equal("attachment", head.Content.Headers.ContentDisposition!.DispositionType);

        using var known = new HttpRequestMessage(HttpMethod.Get, $"{Page}/file/model.safetensors") { Headers = { IfNoneMatch = { head.Headers.ETag! } } };
        using var same = await browser.Http.SendAsync(known);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        using var beyond = new HttpRequestMessage(HttpMethod.Get, $"{Page}/file/model.safetensors") { Headers = { Range = new RangeHeaderValue(whole.Length, null) } };
        using var refused = await browser.Http.SendAsync(beyond);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
    }

    [Fact]
    public async Task Who_may_not_download_gets_no_link_and_no_file()
    {
        using var stranger = new PlainBrowser(site.Registry.Address);
        using var toSignIn = await stranger.Http.GetAsync($"{Page}/download");
        Assert.Equal(HttpStatusCode.Redirect, toSignIn.StatusCode);

        using var reader = new PlainBrowser(site.Registry.Address);
        await reader.SignInAsync(RegistryUnderTest.ReaderName, RegistryUnderTest.Password);
        Assert.DoesNotContain("/download", await reader.Http.GetStringAsync(Page));
        using var forbidden = await reader.Http.GetAsync($"{Page}/download");
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Contains("“download”", WebUtility.HtmlDecode(await forbidden.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_answered_by_a_page()
    {
        using var browser = new PlainBrowser(site.Registry.Address);
        await browser.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        using var answer = await browser.Http.GetAsync($"{Page}/file/none.bin");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }
}
