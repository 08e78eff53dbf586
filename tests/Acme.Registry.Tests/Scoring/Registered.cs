using System.IO.Hashing;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Links;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Scoring.Reproducibility;
using Acme.Registry.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Acme.Registry.Tests.Scoring;

/// <summary>A registry in memory, with the steps that ingest takes.</summary>
internal sealed class Registered
{
    private int _published;

    public Registered(ScoringPolicy? policy = null, IReproductionRunner? runner = null) =>
        Ratings = Service(new PolicySource(policy ?? ScoringPolicy.Default), runner: runner);

    public InMemoryBlobs Blobs { get; } = new();

    public InMemoryCatalog Catalog { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public RatingService Ratings { get; }

    /// <summary>What the linked hosts say.</summary>
    public LinkedHosts Hosts { get; } = new();

    public RatingService Service(ScoringPolicy policy, IReadOnlyList<IMetric>? metrics = null) => Service(new PolicySource(policy), metrics);

    public RatingService Service(PolicySource policies, IReadOnlyList<IMetric>? metrics = null, IReproductionRunner? runner = null) =>
        new(Catalog, Blobs, Time, policies, new LinkedFactsCollector([Hosts], [Hosts], Time), metrics ?? Metrics.All, runner);

    public static (string, byte[]) Text(string path, string text) => (path, Encoding.UTF8.GetBytes(text));

    public async Task<Manifest> StoreAsync(params (string Path, byte[] Content)[] files)
    {
        var entries = new List<ManifestEntry>();
        foreach (var (path, content) in files) entries.Add(new(path, content.Length, (await Blobs.PutBytesAsync(content)).Digest, Crc32.HashToUInt32(content)));
        return new(entries);
    }

    public async Task<ArtifactFacts> CollectAsync(params (string Path, byte[] Content)[] files) =>
        await new FactCollector(Blobs, Time).CollectAsync(new(ArtifactId.Parse("m"), ArtifactType.Model, "model", "https://huggingface.co/acme/model"), await StoreAsync(files), default);

    /// <summary>Assesses and publishes, like ingest.</summary>
    public async Task<Artifact> PublishAsync(ArtifactType type, string name, string url, params (string Path, byte[] Content)[] files)
    {
        var manifest = await StoreAsync(files);
        var manifestBlob = await Blobs.PutBytesAsync(manifest.Serialize());
        var id = ArtifactId.Parse($"{type.Word()}-{++_published}");
        var assessment = await Ratings.AssessAsync(new(id, type, name, url), manifest);
        var artifact = new Artifact
        {
            Id = id, Type = type, Name = name, Url = url, CreatedAt = Time.GetUtcNow().AddSeconds(_published), CreatedBy = "tester", Epoch = 0,
            Revisions = [new(manifest.RevisionId(), manifestBlob.Digest, url, Time.GetUtcNow(), "tester", manifest.TotalSize, manifest.Entries.Count)],
            License = assessment.License, Parents = assessment.Parents, LineageProblem = assessment.LineageProblem, Rating = assessment.Reference,
        };
        await Catalog.SaveAsync(artifact, assessment.Card, 0);
        return artifact;
    }

    public Task<Artifact> PublishModelAsync(string name, string card, params (string Path, byte[] Content)[] more) =>
        PublishAsync(ArtifactType.Model, name, $"https://huggingface.co/{name}", [Text("README.md", card), .. more]);

    public async Task<Rating> RateAsync(Artifact artifact) => await Ratings.GetAsync((await Catalog.FindAsync(artifact.Id))!);
}
