using Acme.Registry.Local.Sqlite;
using Acme.Registry.Scoring.Policies;
using Microsoft.Extensions.Logging.Abstractions;

namespace Acme.Registry.Local.Tests;

/// <summary>Two instances on one catalog, which share the policy that one of them is switched to.</summary>
public sealed class PolicySwitchTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteCatalog _catalog = null!;

    public async ValueTask InitializeAsync()
    {
        _catalog = new(_directory["catalog.db"]);
        await _catalog.PrepareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Another_instance_follows_forth_and_back()
    {
        var (here, there) = (new PolicySource(ScoringPolicy.Default), new PolicySource(ScoringPolicy.Default));
        using var one = Switch(here);
        using var two = Switch(there);
        await two.RefreshAsync();
        Assert.Same(ScoringPolicy.Default, there.Current);

        await one.SwitchAsync(ScoringPolicy.Strict, "root");
        Assert.Equal("strict", here.Current.Name);
        await two.RefreshAsync();
        Assert.True(there.Current.HasSameContentAs(ScoringPolicy.Strict));
        Assert.Equal("root", two.Switched!.By);

        await two.SwitchAsync(null, "root");
        await one.RefreshAsync();
        Assert.Same(ScoringPolicy.Default, here.Current);
        Assert.Null(one.Switched);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("{\"policy\":{\"name\":\"x\",\"version\":\"1\",\"mode\":\"observe\",\"weights\":{},\"thresholds\":{}},\"by\":\"root\",\"at\":\"2030-01-01T00:00:00Z\"}")]
    public async Task What_cannot_be_used_leaves_the_policy_before_it_in_force(string setting)
    {
        var source = new PolicySource(ScoringPolicy.Default);
        using var policies = Switch(source);
        await policies.SwitchAsync(ScoringPolicy.Strict, "root");
        var version = (await _catalog.Settings.FindAsync("policy"))!.Version;
        await _catalog.Settings.SaveAsync("policy", setting, version);
        await policies.RefreshAsync();
        Assert.Equal("strict", source.Current.Name);
        // And it can be mended from there.
        await policies.SwitchAsync(null, "root");
        Assert.Equal("default", source.Current.Name);
    }

    private PolicySwitch Switch(PolicySource source) => new(_catalog, source, TimeProvider.System, NullLogger<PolicySwitch>.Instance);
}
