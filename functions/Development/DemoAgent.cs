using System.Security.Cryptography;
using Serverless.Admission;
using Serverless.Tenancy;

namespace Serverless.Development;

/// <summary>An agent to search with.</summary>
public sealed class DemoAgent(AgentStore agents, AdmissionGate gate)
{
    private const string Owner = "demo@example.com";
    private const int SuffixDigits = 8;

    /// <summary>Makes it, unless the file's key shows that it is there.</summary>
    /// <returns>Its key.</returns>
    internal async Task<ApiKey> EnsureAsync(DemoFile file)
    {
        if (ApiKey.Parse(file.Read(DemoFile.AgentKey), KeyPrefix.Lithtrix) is { } known && (await gate.LookAsync(known, _ => [])).IsAdmitted)
        {
            return known;
        }

        // The file may be gone, and the agent it spoke of still be there.
        var name = $"demo-{RandomNumberGenerator.GetHexString(SuffixDigits, lowercase: true)}";
        return (await agents.RegisterAsync(name, Owner))!.Key;
    }
}
