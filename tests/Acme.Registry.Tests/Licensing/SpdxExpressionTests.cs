using Acme.Registry.Licensing;

namespace Acme.Registry.Tests.Licensing;

public sealed class SpdxExpressionTests
{
    [Theory]
    [InlineData("mit", "MIT")]
    [InlineData("APACHE-2.0", "Apache-2.0")]
    [InlineData("gpl-3.0", "GPL-3.0-only")]
    [InlineData("GPL-2.0+", "GPL-2.0-or-later")]
    [InlineData("LGPL-2.1-only+", "LGPL-2.1-or-later")]
    [InlineData("openrail", "LicenseRef-openrail")]
    [InlineData("llama3.1", "LicenseRef-llama3.1")]
    [InlineData("cc-by-nc-4.0", "CC-BY-NC-4.0")]
    [InlineData("Apache License 2.0", "Apache-2.0")]
    [InlineData("mit or Apache-2.0", "MIT OR Apache-2.0")]
    [InlineData("MIT AND (GPL-2.0-only OR BSD-2-Clause)", "MIT AND (GPL-2.0-only OR BSD-2-Clause)")]
    [InlineData("MIT OR GPL-2.0-only AND BSD-2-Clause", "MIT OR GPL-2.0-only AND BSD-2-Clause")]
    [InlineData("GPL-2.0-only with Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0")]
    [InlineData("MyOwn-1.0", "MyOwn-1.0")]
    public void Expressions_are_read_into_canonical_form(string text, string canonical)
    {
        Assert.True(SpdxExpression.TryParse(text, out var expression));
        Assert.Equal(canonical, expression.ToString());
        Assert.True(SpdxExpression.TryParse(canonical, out var again));
        Assert.Equal(canonical, again.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("MIT OR")]
    [InlineData("OR MIT")]
    [InlineData("(MIT")]
    [InlineData("MIT)")]
    [InlineData("MIT Apache-2.0")]
    [InlineData("MIT WITH")]
    [InlineData("see the file LICENSE!")]
    public void Other_texts_are_not_expressions(string text) => Assert.False(SpdxExpression.TryParse(text, out _));

    [Fact]
    public void Long_and_deeply_nested_texts_are_refused()
    {
        Assert.False(SpdxExpression.TryParse(new string('(', 200) + "MIT" + new string(')', 200), out _));
        Assert.False(SpdxExpression.TryParse(string.Join(" OR ", Enumerable.Repeat("MIT", 500)), out _));
    }
}
