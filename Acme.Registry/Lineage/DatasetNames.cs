namespace Acme.Registry.Lineage;

/// <summary>The forms in which one dataset is written: <c>fair_face</c> by a library, <c>fair-face</c> by another, <c>FairFace</c> by people.</summary>
internal static class DatasetNames
{
    /// <summary>The name as it is written, then its other forms.</summary>
    /// <param name="name">Without the owner.</param>
    public static IEnumerable<string> Forms(string name) =>
        new[] { name, name.Replace('_', '-'), name.Replace('-', '_'), string.Concat(name.Split('_', '-').Select(Capitalised)) }.Distinct();

    private static string Capitalised(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
