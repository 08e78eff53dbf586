using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Sources.Kaggle;

/// <summary>Reads the descriptions of datasets on Kaggle.</summary>
public sealed class KaggleDatasets(KaggleHub kaggle) : IDatasetReader
{
    /// <summary>For URLs only: a bare <c>owner/name</c> in a card's metadata is one of Hugging Face.</summary>
    public string? NameOf(string urlOrName) =>
        urlOrName.Length <= 2048 && Uri.TryCreate(urlOrName.Trim(), UriKind.Absolute, out var url) && url.UserInfo.Length == 0
        && KaggleDataset.TryParse(url, kaggle.Upstream, out var dataset) ? dataset.Id : null;

    /// <inheritdoc/>
    public async Task<DatasetFacts> ReadAsync(string name, FoundBy foundBy, CancellationToken cancellationToken)
    {
        var slash = name.IndexOf('/');
        var dataset = new KaggleDataset(name[..slash], name[(slash + 1)..]);
        var facts = new DatasetFacts { Name = name, FoundBy = foundBy, Url = dataset.Page, CollectedAt = kaggle.Now };
        try
        {
            var info = await kaggle.InfoAsync(dataset, cancellationToken);
            facts = facts with { Card = DatasetCard.Read("README.md", info.ToCard(dataset)), License = info.License, TotalSize = info.TotalBytes };
            if (info.TotalBytes is not null) return facts;
            var files = await kaggle.FilesAsync(dataset, cancellationToken);
            return files.All(f => f.Size is not null) ? facts with { TotalSize = files.Sum(f => f.Size) } : facts;
        }
        catch (SourceException e)
        {
            return facts with { Problem = e.Message, IsTransient = e.IsTransient };
        }
    }
}
