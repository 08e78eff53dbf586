using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Acme.Storage.Conformance;

/// <summary>Random histories on a catalog see what <see cref="ReferenceCatalog"/> shows.</summary>
public abstract class CatalogHistoryConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public Task Random_histories_of_artifacts_see_what_the_model_sees() => CheckAsync(Gen.Frequency((12, ArtifactSteps()), (1, Reset()), (1, Reopen())));

    [Fact]
    public Task Random_histories_of_users_and_tokens_see_what_the_model_sees() => CheckAsync(Gen.Frequency((12, AccessSteps()), (1, Reset()), (1, Reopen())));

    [Fact]
    public Task Random_histories_of_jobs_and_audit_entries_see_what_the_model_sees() => CheckAsync(Gen.Frequency((12, WorkSteps()), (1, Reset()), (1, Reopen())));

    [Fact]
    public Task Random_histories_of_deletions_see_what_the_model_sees() => CheckAsync(Gen.Frequency((12, DeletionSteps()), (1, Reset()), (1, Reopen())));

    [Fact]
    public Task Random_histories_of_browsing_see_what_the_model_sees() => CheckAsync(Gen.Frequency((16, BrowseSteps()), (1, Reset()), (1, Reopen())));

    private Task CheckAsync(Gen<Step<CatalogContext>> step) => Histories.CheckAsync(step, 25, 30, async () =>
    {
        var store = await CreateAsync();
        return (new CatalogContext(new ReferenceCatalog(), null), new CatalogContext(store.Store, store), (IAsyncDisposable)store);
    });

    private static Gen<Step<CatalogContext>> ArtifactSteps()
    {
        string[] names = ["alpha", "Alpha", "beta-model", "org/gamma"];
        string?[] cards = [null, "", "about alpha", "a card with\0nul and 模型", "BETA in capitals"];
        string[] patterns = ["alpha", "(?i)alpha", "^org", "card|beta", "模型", ".", "nothing like it", "n.l"];
        var slot = Gen.Choose(0, 5);
        var type = Gen.Elements(ArtifactTypes.All.ToArray());
        var url = Gen.Choose(0, 4);
        var limit = Gen.Choose(1, 4);
        var filters =
            from count in Gen.Choose(1, 3)
            from list in (from name in Gen.Elements([null, .. names]) from types in Gen.SubListOf(ArtifactTypes.All.ToArray()) select new ArtifactFilter(name, [.. types])).ArrayOf(count)
            select list;
        return Gen.Frequency(
            (6, from s in slot from t in type from n in Gen.Elements(names) from u in url from c in Gen.Elements(cards)
                from versions in Gen.Frequency((3, Gen.Constant(VersionChoice.Read)), (1, Gen.Constant(VersionChoice.New)), (1, Gen.Constant(VersionChoice.Stale)))
                from late in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                select new Step<CatalogContext>($"save {s} {t} {n} {u} card '{c}' as {versions}{(late ? " of the epoch before" : "")}", x => x.SaveArtifactAsync(s, t, n, u, c, versions, late))),
            (1, from s in slot select new Step<CatalogContext>($"delete {s}", async x => $"{await x.Catalog.Artifacts.DeleteAsync(CatalogContext.IdOf(s))}")),
            (2, from s in slot select new Step<CatalogContext>($"find {s}", x => x.FindArtifactAsync(s))),
            (1, from t in type from u in url select new Step<CatalogContext>(
                $"find {t} {u}", async x => Samples.Json((await x.Catalog.Artifacts.FindByUrlAsync(t, CatalogContext.UrlOf(u)))?.Item))),
            (2, from f in filters from l in limit select new Step<CatalogContext>($"list {Samples.Json(f)} by {l}", x => x.ListArtifactsAsync(f, l))),
            (2, from p in Gen.Elements(patterns) from l in limit select new Step<CatalogContext>($"search {p} by {l}", x => x.SearchAsync(SearchPattern.Parse(p), l))));
    }

    private static Gen<Step<CatalogContext>> BrowseSteps()
    {
        string[] findings = ["license.stated", "ramp_up_time.prose"];
        string[] parents = ["org/base", "Org/Base"];
        string[] labels = ["license:mit", "license:apache-2.0", "verdict:accepted", "verdict:rejected", "parent:org/base", "parent:Org/Base", "finding:license.stated", "finding:ramp_up_time.prose", "*", ""];
        var slot = Gen.Choose(0, 7);
        var type = Gen.Elements(ArtifactTypes.All.ToArray());
        var look =
            from license in Gen.Elements(null, "MIT", "mit", "Apache-2.0")
            from named in Gen.SubListOf(parents)
            from rating in Gen.Frequency(
                (1, Gen.Constant((RatingReference?)null)),
                (3, from score in Gen.Elements(0, 0.25, 0.5, 1) from accepted in Gen.Elements(true, false) from unmet in Gen.SubListOf(findings)
                    select (RatingReference?)Samples.Rating(score, accepted, [.. unmet])))
            select (License: license, Parents: (string[])[.. named], Rating: rating);
        var query =
            from pattern in Gen.Frequency((3, Gen.Constant((string?)null)), (1, Gen.Elements<string?>("alpha", "card", ".", "nothing like it")))
            from types in Gen.SubListOf(ArtifactTypes.All.ToArray())
            from all in Gen.SubListOf(labels)
            from count in Gen.Elements(0, 0, 1, 1, 2)
            from min in Gen.Elements<double?>(null, null, 0, 0.5, 1.5)
            from order in Gen.Elements(Enum.GetValues<ArtifactOrder>())
            select (Pattern: pattern, Query: new ArtifactQuery { Types = [.. types], Labels = [.. all.Take(count)], MinNetScore = min, Order = order });
        return Gen.Frequency(
            (6, from s in slot from t in type from n in Gen.Elements("alpha", "beta", "Beta") from c in Gen.Elements(null, "a card") from l in look
                select new Step<CatalogContext>(
                    $"save {s} {t} {n} '{c}' {Samples.Json(l.License)} {Samples.Json(l.Parents)} {Samples.Json(l.Rating)}",
                    x => x.SaveArtifactAsync(s, t, n, s, c, VersionChoice.Read, false, a => a with
                    {
                        License = l.License,
                        Parents = [.. l.Parents.Select(p => new LineageReference(p, "base_model", ArtifactType.Model, "model_card"))],
                        Rating = l.Rating,
                    }))),
            (1, from s in slot select new Step<CatalogContext>($"delete {s}", async x => $"{await x.Catalog.Artifacts.DeleteAsync(CatalogContext.IdOf(s))}")),
            (6, from q in query from l in Gen.Choose(1, 4) select new Step<CatalogContext>(
                $"browse {q.Pattern} {Samples.Json(q.Query)} by {l}",
                x => x.BrowseAsync(q.Query with { Pattern = q.Pattern is null ? null : SearchPattern.Parse(q.Pattern) }, l))),
            (2, Gen.Constant(new Step<CatalogContext>("count", x => x.CountAsync()))));
    }

    private static Gen<Step<CatalogContext>> AccessSteps()
    {
        var user = Gen.Elements("ada", "bob", "Bob");
        var token = Gen.Choose(0, 2);
        var hour = Gen.Choose(0, 4).Select(h => Samples.Noon.AddHours(h));
        return Gen.Frequency(
            (3, from u in user from versions in Gen.Elements(Enum.GetValues<VersionChoice>()) from stamp in Gen.Choose(0, 99)
                select new Step<CatalogContext>($"save {u} as {versions}", x => x.SaveUserAsync(Samples.User(u) with { Stamp = $"{stamp}" }, versions))),
            (1, from u in user select new Step<CatalogContext>($"delete {u}", async x => $"{await x.Catalog.Users.DeleteAsync(u)}")),
            (2, from u in user select new Step<CatalogContext>($"find {u}", x => x.FindUserAsync(u))),
            (1, from l in Gen.Choose(1, 3) select new Step<CatalogContext>(
                $"list users by {l}", async x => Samples.Json(await Samples.AllPagesAsync(l, c => x.Catalog.Users.ListAsync(c, l))))),
            (3, from t in token from u in user from calls in Gen.Choose(1, 2) from e in hour
                select new Step<CatalogContext>($"add token {t} of {u}, {calls} calls until {e:HH}", x => x.AddTokenAsync(Samples.Token($"{t}", u, calls, e)))),
            (8, from t in token from c in Gen.Choose(0, 3) from e in hour select new Step<CatalogContext>(
                $"use token {t} {c} times at {e:HH}", async x => Samples.Json(await x.Catalog.Tokens.UseAsync(Samples.Token($"{t}").Hash, e, c)))),
            (1, from t in token select new Step<CatalogContext>($"delete token {t}", async x => $"{await x.Catalog.Tokens.DeleteAsync(Samples.Token($"{t}").Hash)}")),
            (1, from l in Gen.Choose(1, 3) select new Step<CatalogContext>(
                $"list tokens by {l}", async x => Samples.Json(await Samples.AllPagesAsync(l, c => x.Catalog.Tokens.ListAsync(c, l))))),
            (2, from n in Gen.Elements("one", "One") from versions in Gen.Elements(Enum.GetValues<VersionChoice>()) from v in Gen.Elements("", "value", "模型")
                select new Step<CatalogContext>($"set {n} to '{v}' as {versions}", x => x.SaveSettingAsync(n, v, versions))),
            (1, from n in Gen.Elements("one", "One") select new Step<CatalogContext>($"setting {n}", x => x.FindSettingAsync(n))),
            (1, from e in hour select new Step<CatalogContext>($"delete expired at {e:HH}", async x => $"{await x.Catalog.Tokens.DeleteExpiredAsync(e)}")));
    }

    private static Gen<Step<CatalogContext>> WorkSteps()
    {
        var slot = Gen.Choose(0, 3);
        var worker = Gen.Elements("one", "two");
        var time = Gen.Choose(0, 9).Select(m => Samples.Noon.AddMinutes(m));
        var lease = Gen.Choose(1, 5).Select(m => TimeSpan.FromMinutes(m));
        return Gen.Frequency(
            // Due at different instants, so that there is one answer to what has been due longest.
            (3, from s in slot from t in time select new Step<CatalogContext>(
                $"add job {s} due {t:mm}", async x => $"{await x.Catalog.Jobs.AddAsync(Samples.Job($"{s}", t.AddSeconds(s)))}")),
            (1, from s in slot select new Step<CatalogContext>($"find job {s}", async x => Samples.Json(await x.Catalog.Jobs.FindAsync($"{s}")))),
            (1, from l in Gen.Choose(1, 3) select new Step<CatalogContext>(
                $"list jobs by {l}", async x => Samples.Json(await Samples.AllPagesAsync(l, c => x.Catalog.Jobs.ListAsync(c, l))))),
            (4, from w in worker from t in time from l in lease select new Step<CatalogContext>(
                $"lease at {t:mm} by {w} for {l}", async x => Samples.Json(await x.Catalog.Jobs.LeaseAsync(w, t, l)))),
            (2, from s in slot from w in worker from t in time from l in lease select new Step<CatalogContext>(
                $"renew {s} at {t:mm} by {w} for {l}", async x => $"{await x.Catalog.Jobs.RenewAsync($"{s}", w, t, l)}")),
            (2, from s in slot from w in worker from t in time from retry in Gen.Elements(true, false) select new Step<CatalogContext>(
                $"finish {s} by {w}, {(retry ? $"due again {t:mm}" : "for good")}",
                async x => $"{await x.Catalog.Jobs.FinishAsync($"{s}", w, retry ? t.AddSeconds(s) : null)}")),
            (3, from s in slot from u in Gen.Elements("ada", "root") from t in time select new Step<CatalogContext>($"audit {s} by {u} at {t:mm}", async x =>
            {
                await x.Catalog.Audit.AppendAsync(Samples.Entry(CatalogContext.IdOf(s), user: u, at: t));
                return "appended";
            })),
            (1, from s in slot from l in Gen.Choose(1, 4) select new Step<CatalogContext>($"trail of {s} by {l}", async x =>
                Samples.Json(await Samples.AllPagesAsync(l, c => x.Catalog.Audit.ListAsync(CatalogContext.IdOf(s), c, l))))));
    }

    private static Gen<Step<CatalogContext>> DeletionSteps()
    {
        var slot = Gen.Choose(0, 5);
        var time = Gen.Choose(0, 3).Select(m => Samples.Noon.AddMinutes(m));
        return Gen.Frequency(
            (4, from s in slot from t in time from u in Gen.Elements("ada", "root") from late in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                select new Step<CatalogContext>($"keep {s} deleted by {u} at {t:mm}{(late ? " of the epoch before" : "")}", x => x.KeepDeletedAsync(s, t, u, late))),
            (1, from s in slot select new Step<CatalogContext>($"find deleted {s}", async x => Samples.Json(await x.Catalog.Deleted.FindAsync(CatalogContext.IdOf(s))))),
            (2, from s in slot from t in time select new Step<CatalogContext>(
                $"remove deleted {s} of {t:mm}", async x => $"{await x.Catalog.Deleted.RemoveAsync(CatalogContext.IdOf(s), t)}")),
            (2, from o in Gen.Elements(Enum.GetValues<DeletionOrder>()) from l in Gen.Choose(1, 4) select new Step<CatalogContext>($"list deleted by {o} and {l}", async x =>
                Samples.Json(await Samples.AllPagesAsync(l, c => x.Catalog.Deleted.ListAsync(o, c, l))))));
    }

    private static Gen<Step<CatalogContext>> Reset() =>
        from users in Gen.SubListOf("ada", "bob")
        from tokens in Gen.SubListOf(0, 1, 2)
        select new Step<CatalogContext>($"reset but {string.Join(",", users)} {string.Join(",", tokens)}", async x =>
        {
            await x.Catalog.ResetAsync([.. users], [.. tokens.Select(t => Samples.Token($"{t}").Hash)]);
            return $"epoch {await x.Catalog.GetEpochAsync()}";
        });

    private static Gen<Step<CatalogContext>> Reopen() => Gen.Constant(new Step<CatalogContext>("reopen", x => x.ReopenAsync()));
}
