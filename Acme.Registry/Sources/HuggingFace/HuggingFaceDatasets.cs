using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>Reads the cards of datasets on Hugging Face.</summary>
public sealed class HuggingFaceDatasets(HuggingFaceHub hub) : IDatasetReader
{
    private const string CardPath = "README.md";

    /// <inheritdoc/>
    public string? NameOf(string urlOrName)
    {
        var written = urlOrName.Trim();
        if (HubRepository.IsId(written)) return written;
        return written.Length <= 2048 && Uri.TryCreate(written, UriKind.Absolute, out var url) && url.UserInfo.Length == 0
            && HubRepository.TryParse(url, hub.Upstream, out var repository, out _) && repository.IsDataset ? repository.Id : null;
    }

    /// <inheritdoc/>
    public async Task<DatasetFacts> ReadAsync(string name, FoundBy foundBy, CancellationToken cancellationToken)
    {
        var asked = new HubRepository(IsDataset: true, name, Revision: null);
        var facts = new DatasetFacts { Name = name, FoundBy = foundBy, Url = asked.Page, CollectedAt = hub.Now };
        try
        {
            var (repository, page, info) = await hub.InfoAsync(asked, cancellationToken);
            facts = facts with { Url = page, License = info.License, TotalSize = info.UsedStorage };
            var revision = info.Commit ?? "main";
            var size = info.UsedStorage is null ? SizeAsync(repository, revision, cancellationToken) : Task.FromResult(info.UsedStorage);
            var text = await hub.TextAsync(repository, revision, CardPath, cancellationToken);
            var card = text is { } bytes ? DatasetCard.Read(CardPath, bytes.Span) : null;
            facts = facts with { Card = card, License = info.License ?? (card?.FrontMatter.License is [var license, ..] ? license : null) };
            return facts with { TotalSize = await size };
        }
        catch (SourceException e)
        {
            return facts with { Problem = e.Message, IsTransient = e.IsTransient };
        }
    }

    private async Task<long?> SizeAsync(HubRepository repository, string revision, CancellationToken cancellationToken) =>
        (await hub.FilesAsync(repository, revision, cancellationToken)).Sum(f => f.Size);
}
