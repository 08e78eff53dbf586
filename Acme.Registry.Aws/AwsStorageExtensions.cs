using System.ComponentModel.DataAnnotations;
using Acme.Registry.Aws.DynamoDb;
using Acme.Registry.Aws.S3;
using Acme.Registry.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Aws;

/// <summary>Chooses the AWS drivers. Their settings are checked here, before anything starts; credentials are the SDK's default chain.</summary>
public static class AwsStorageExtensions
{
    /// <summary>Keeps the catalog in a DynamoDB table, and collects what changes left there that died.</summary>
    /// <param name="services">Where both are registered, as singletons.</param>
    /// <param name="section">The settings, see <see cref="DynamoDbOptions"/>.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names its key.</exception>
    public static IServiceCollection AddDynamoDbCatalog(this IServiceCollection services, IConfigurationSection section)
    {
        var options = Read<DynamoDbOptions>(section);
        services.AddSingleton(provider =>
        {
            if (options.CreateTable) RequireDevelopment(provider, section, nameof(DynamoDbOptions.CreateTable));
            return new DynamoTable(DynamoTable.CreateClient(options), options);
        });
        services.AddSingleton<ICatalog>(provider => new DynamoCatalog(
            provider.GetRequiredService<DynamoTable>(), options, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILogger<DynamoCatalog>>()));
        return services.AddSingleton<ICatalogLeftovers>(provider => new Leftovers(provider.GetRequiredService<DynamoTable>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
    }

    /// <summary>Keeps blobs in an S3 bucket, and assembles bundles there.</summary>
    /// <param name="services">Where they are registered, as singletons.</param>
    /// <param name="section">The settings, see <see cref="S3Options"/>.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names its key.</exception>
    public static IServiceCollection AddS3Blobs(this IServiceCollection services, IConfigurationSection section)
    {
        var options = Read<S3Options>(section);
        services.AddSingleton(provider =>
        {
            if (options.CreateBucket) RequireDevelopment(provider, section, nameof(S3Options.CreateBucket));
            return new S3Bucket(S3Bucket.CreateClient(options), options);
        });
        services.AddSingleton<IBlobStore>(provider => new S3BlobStore(provider.GetRequiredService<S3Bucket>()));
        return services.AddSingleton<IDirectDownloads>(provider => new S3DirectDownloads(provider.GetRequiredService<S3Bucket>(), provider.GetRequiredService<IBlobStore>()));
    }

    private static T Read<T>(IConfigurationSection section)
        where T : class, new()
    {
        var options = section.Get<T>() ?? new();
        List<ValidationResult> problems = [];
        if (Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true)) return options;
        throw new OptionsValidationException(section.Path, typeof(T), problems.Select(p => $"{section.Path}:{p.MemberNames.FirstOrDefault()}: {p.ErrorMessage}"));
    }

    private static void RequireDevelopment(IServiceProvider provider, IConfigurationSection section, string name)
    {
        if (provider.GetService<IHostEnvironment>()?.IsDevelopment() == true) return;
        throw new OptionsValidationException(
            section.Path, typeof(IConfigurationSection),
            [$"{section.Path}:{name} is true, which is for Development only. Elsewhere leave it out, and make what it would make beforehand."]);
    }
}
