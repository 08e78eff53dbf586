namespace Acme.Web.Tests.Content;

/// <summary>A card that tries what cards have tried elsewhere.</summary>
internal static class HostileCard
{
    /// <summary>Where it would send what it learns.</summary>
    public const string Tracker = "http://tracker.example.org";

    public static string Text { get; } = $"""
        ---
        license: mit
        ---
        # Harmless <script>document.title = "owned"</script>

        <img src="x.png" onerror="document.title='owned'"> <svg onload="document.title='owned'"><script>document.title='owned'</script></svg>
        <a href="javascript:document.title='owned'">a script</a> [another](javascript:document.title='owned')
        <a href="data:text/html,<script>alert(1)</script>">data</a> <a href="//tracker.example.org/x" onclick="document.title='owned'">elsewhere</a>
        <iframe src="{Tracker}/frame"></iframe> <object data="{Tracker}/object"></object> <embed src="{Tracker}/embed">
        <form action="/signout" method="post"><input name="__RequestVerificationToken" value="x"><button>Press me</button></form>
        <style>body {'{'} display: none {'}'}</style> <link rel="stylesheet" href="{Tracker}/style.css">
        <meta http-equiv="refresh" content="0;url={Tracker}/away"> <base href="{Tracker}/">
        <div style="position:fixed;inset:0;background:url({Tracker}/pixel)" class="skip" id="content">over everything</div>

        ![a pixel that counts readers]({Tracker}/pixel.png)
        <img src="{Tracker}/pixel2.png" srcset="{Tracker}/pixel3.png 2x" alt="another pixel">
        <picture><source srcset="{Tracker}/pixel4.png"><img alt="" src="{Tracker}/pixel5.png"></picture>
        <video src="{Tracker}/video.mp4" autoplay poster="{Tracker}/poster.png"></video>
        ![a picture of its own](images/own.svg)
        ![out of it](../../../etc/passwd)
        <math><mtext><table><mglyph><style><img src=x onerror="document.title='owned'"></style></mglyph></table></mtext></math>

        | {string.Join(" | ", Enumerable.Range(1, 40).Select(i => $"column {i}"))} |
        |{string.Concat(Enumerable.Repeat("---|", 40))}
        {string.Join('\n', Enumerable.Range(1, 60).Select(r => "| " + string.Join(" | ", Enumerable.Repeat(r.ToString(), 40)) + " |"))}

        ###### A heading far down

        The end of the card.
        """;

    /// <summary>A picture that is a document with a script.</summary>
    public const string Picture = """<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="top.document.title='owned'"><script>top.document.title='owned'</script><rect width="40" height="40" fill="teal"/></svg>""";
}
