using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace Acme.Registry.Postgres;

/// <summary>How the PostgreSQL drivers reach their database.</summary>
public sealed class PostgresOptions : IValidatableObject
{
    /// <summary>
    /// An Npgsql connection string (https://www.npgsql.org/doc/connection-string-parameters.html), such as
    /// <c>Host=db;Database=acme;Username=acme</c>. Several hosts may be named, of which the primary is used. The database holds
    /// nothing else than the registry.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>The password, where it does not stand in the connection string.</summary>
    public string? Password { get; set; }

    /// <summary>A file that holds the password. It is read for each new connection, so that a rotated password needs no restart.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Most connections that each driver of the process (catalog, blobs) has open.</summary>
    [Range(1, 1000, ErrorMessage = "must be between 1 and 1000 connections.")]
    public int MaxPoolSize { get; set; } = 50;

    /// <summary>How long one statement may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "must be between 00:00:01 and 01:00:00.")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long an operation is tried again while the server is away, such as during a failover.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "must be between 00:00:00 and 00:10:00.")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return new("is not set. Give an Npgsql connection string, such as Host=db;Database=acme;Username=acme.", [nameof(ConnectionString)]);
            yield break;
        }
        if (Problem(ConnectionString) is { } problem) yield return new(problem, [nameof(ConnectionString)]);
        if (Password is not null && PasswordFile is not null) yield return new("cannot be used together with PasswordFile. Leave one out.", [nameof(Password)]);
        if (PasswordFile is not null && !File.Exists(PasswordFile)) yield return new($"names '{PasswordFile}', which is not a file that can be read.", [nameof(PasswordFile)]);
    }

    private static string? Problem(string connectionString)
    {
        try
        {
            return string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(connectionString).Host) ? "names no Host." : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            return $"is not a connection string: {e.Message}";
        }
    }
}
