using AngleSharp.Dom;
using Ganss.Xss;
using Markdig;

namespace Acme.Web.Markdown;

/// <summary>
/// Turns a card, which anyone may have written, into HTML that is safe to show: Markdown to HTML, then nothing but an allow list of elements
/// and attributes. Pictures come from the artifact's own files only, so that a card cannot tell a stranger who reads it.
/// </summary>
internal sealed class CardRenderer
{
    /// <summary>Characters of a card that are rendered; what is beyond them is in the file.</summary>
    public const int MaxLength = 200_000;

    private static readonly string[] Elements =
    [
        "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4",
        "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
    ];

    private static readonly string[] Attributes = ["alt", "align", "colspan", "headers", "height", "href", "open", "rowspan", "scope", "src", "start", "title", "width", "id"];

    private readonly MarkdownPipeline _pipeline = new MarkdownPipelineBuilder()
        .UseYamlFrontMatter().UsePipeTables().UseAutoLinks().UseEmphasisExtras().UseTaskLists().UseFootnotes().UseAutoIdentifiers()
        .Build();

    /// <summary>Renders a card.</summary>
    /// <param name="markdown">The card's text; only its first <see cref="MaxLength"/> characters are rendered.</param>
    /// <param name="page">Address of the artifact's page; its files are below it.</param>
    /// <param name="tableLabel">Accessible name of the regions in which tables scroll.</param>
    /// <param name="elsewhere">What stands in place of a picture from elsewhere, before its description.</param>
    public string Render(string markdown, string page, string tableLabel, string elsewhere)
    {
        var text = markdown.Length > MaxLength ? markdown[..MaxLength] : markdown;
        var html = Markdig.Markdown.ToHtml(text, _pipeline);
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = Elements.ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = Attributes.ToHashSet(StringComparer.OrdinalIgnoreCase),
            UriAttributes = new HashSet<string>(["href", "src"], StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(["http", "https", "mailto"], StringComparer.OrdinalIgnoreCase),
        })
        {
            KeepChildNodes = false,
        };
        var document = sanitizer.SanitizeDom(html);
        var body = document.Body!;
        foreach (var image in body.QuerySelectorAll("img").ToArray()) Picture(image, page, elsewhere);
        foreach (var link in body.QuerySelectorAll("a").ToArray()) Link(link, page);
        foreach (var element in body.QuerySelectorAll("[id]").ToArray()) element.Id = "card-" + element.Id;
        Headings(body);
        foreach (var table in body.QuerySelectorAll("table").ToArray()) Scrollable(table, tableLabel);
        foreach (var code in body.QuerySelectorAll("pre").ToArray()) code.SetAttribute("tabindex", "0");
        return body.InnerHtml;
    }

    /// <summary>The page has its own first heading; the card's begin below the heading of its tab, and skip no level.</summary>
    private static void Headings(IElement body)
    {
        var last = 2;
        foreach (var heading in body.QuerySelectorAll("h1, h2, h3, h4, h5, h6").ToArray())
        {
            var level = Math.Clamp(Math.Min(heading.LocalName[1] - '0' + 2, last + 1), 3, 6);
            last = level;
            var shifted = body.Owner!.CreateElement($"h{level}");
            if (heading.Id is { Length: > 0 } id) shifted.Id = id;
            while (heading.FirstChild is { } child) shifted.AppendChild(child);
            // A heading without text announces nothing.
            if (shifted.TextContent.Trim().Length == 0 && shifted.QuerySelector("img") is null) heading.Remove();
            else heading.Replace(shifted);
        }
    }

    private static void Picture(IElement image, string page, string elsewhere)
    {
        var alt = image.GetAttribute("alt") ?? "";
        if (Inside(image.GetAttribute("src")) is { } path && CardImages.TypeOf(path) is not null)
        {
            image.SetAttribute("src", $"{page}/image/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");
            image.SetAttribute("alt", alt);
            image.SetAttribute("loading", "lazy");
            return;
        }
        var note = image.Owner!.CreateElement("span");
        note.ClassName = "tag";
        note.TextContent = alt.Length > 0 ? $"{elsewhere} {alt}" : elsewhere;
        image.Replace(note);
    }

    private static void Link(IElement link, string page)
    {
        var target = link.GetAttribute("href");
        if (target is ['#', ..])
        {
            link.SetAttribute("href", "#card-" + target[1..]);
            return;
        }
        if (target is not null && !Uri.TryCreate(target, UriKind.Absolute, out _))
        {
            // A path in a card is one of its repository.
            if (Inside(target) is { } path) link.SetAttribute("href", $"{page}/file/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");
            else link.RemoveAttribute("href");
        }
        link.SetAttribute("rel", "nofollow noopener ugc");
    }

    private static void Scrollable(IElement table, string label)
    {
        var region = table.Owner!.CreateElement("div");
        region.ClassName = "scroll";
        region.SetAttribute("role", "region");
        region.SetAttribute("aria-label", label);
        region.SetAttribute("tabindex", "0");
        table.Replace(region);
        region.AppendChild(table);
    }

    /// <summary>The path of a file of the artifact that the address names; null where it leads elsewhere.</summary>
    private static string? Inside(string? address)
    {
        if (address is not { Length: > 0 and <= 1024 } || address[0] is '/' or '\\' || Uri.TryCreate(address, UriKind.Absolute, out _)) return null;
        var path = Uri.UnescapeDataString(address.Split('?', '#')[0]);
        if (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        return path.Length > 0 && !path.Contains(':') && !path.Contains('\\') && path.Split('/').All(s => s is not ("" or "." or "..")) ? path : null;
    }
}
