namespace Acme.Web.Resources;

/// <summary>Names the text that pages show: <c>Texts.resx</c>, whose keys are the English sentences.</summary>
public sealed class Texts;
