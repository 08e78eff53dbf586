using System.Runtime.InteropServices;

namespace Acme.LoadTest.Results;

/// <summary>What results were measured on.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} processors, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0} GB of memory, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
}
