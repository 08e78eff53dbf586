using Acme.Registry.Sources.GitHub;

namespace Acme.Registry.Tests.Sources.GitHub;

public sealed class GitHubUrlTests
{
    private static readonly Uri Mirror = new("http://mirror.example:8080/git");

    [Theory]
    [InlineData("https://github.com/google-research/bert")]
    [InlineData("http://GitHub.com/google-research/bert/")]
    [InlineData("https://www.github.com/google-research/bert.git")]
    [InlineData("https://github.com/google-research/bert.git/")]
    [InlineData("https://github.com/google-research/bert?tab=readme#usage")]
    [InlineData("https://github.com/google-research/bert/tree/master/sub/dir")]
    [InlineData("https://github.com/google-research/bert/blob/master/run.py#L3")]
    [InlineData("https://github.com/google-research/bert/issues/1")]
    public void The_page_of_every_form_is_the_repositorys(string url)
    {
        Assert.True(GitHubUrl.TryParse(url, Mirror, out var place));
        Assert.Equal("https://github.com/google-research/bert", place.Page);
    }

    [Theory]
    [InlineData("http://mirror.example:8080/git/o/r", "http://mirror.example:8080/git/o/r")]
    [InlineData("http://mirror.example:8080/git/o/r.git", "http://mirror.example:8080/git/o/r")]
    [InlineData("http://mirror.example:8080/o/r", null)]
    [InlineData("http://mirror.example:8080/gitlab/o/r", null)]
    [InlineData("http://mirror.example/git/o/r", null)]
    public void The_configured_site_counts_with_its_path(string url, string? page)
    {
        Assert.Equal(page is not null, GitHubUrl.TryParse(url, Mirror, out var place));
        Assert.Equal(page, place?.Page);
    }

    [Theory]
    [InlineData("https://github.com")]
    [InlineData("https://github.com/google-research")]
    [InlineData("https://github.com/topics/nlp")]
    [InlineData("https://github.com/sponsors/somebody")]
    [InlineData("https://github.com/../..")]
    [InlineData("https://github.com/a%2Fb/c")]
    [InlineData("https://github.com/o/.git")]
    [InlineData("https://github.com.example.org/o/r")]
    [InlineData("https://notgithub.com/o/r")]
    [InlineData("https://gist.github.com/o/0123456789abcdef")]
    [InlineData("https://raw.githubusercontent.com/o/r/main/a.py")]
    [InlineData("https://gitlab.com/o/r")]
    [InlineData("git@github.com:o/r.git")]
    [InlineData("ssh://github.com/o/r")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_urls_are_none(string? url) => Assert.False(GitHubUrl.TryParse(url, Mirror, out _));

    [Fact]
    public void What_follows_the_names_is_kept_and_decoded()
    {
        Assert.True(GitHubUrl.TryParse("https://github.com/o/r/tree/feature/a%23b/dir%20x/", Mirror, out var place));
        Assert.Equal("tree", place.Section);
        Assert.Equal(["feature", "a#b", "dir x"], place.Rest);
    }

    [Fact]
    public void An_over_long_url_is_none() => Assert.False(GitHubUrl.TryParse("https://github.com/o/r/" + new string('a', 3000), Mirror, out _));
}
