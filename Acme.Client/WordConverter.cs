using System.Text.Json;
using System.Text.Json.Serialization;

namespace Acme.Client;

/// <summary>Writes an enumeration as the contract's lower-case words and reads nothing else, numbers least of all.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The same in upper case.</summary>
internal sealed class UpperWordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
    where T : struct, Enum;
