using Serverless.Local.Demo;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.OpenApi;

/// <summary>What the local host writes into its file of demo keys, made anew for a test.</summary>
internal static class DemoValues
{
    /// <summary>The values, by their names in the file.</summary>
    public static async Task<Dictionary<string, string>> OfAsync(ContractHost host)
    {
        var organization = await host.Operator.CreateOrganizationAsync();
        var project = await host.CreateProjectAsync(organization);
        var agent = (await AgentClient.RegisterAsync(host.Client)).Key;
        return new(StringComparer.Ordinal)
        {
            [DemoFile.BaseUrl] = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority),
            [DemoFile.LogKey] = await host.CreateKeyAsync(organization, KeyPrefix.LuminaLog),
            [DemoFile.TraceKey] = await host.CreateKeyAsync(organization, KeyPrefix.LumiqTrace, new KeyOptions { Project = project }),
            [DemoFile.TraceProject] = project,
            [DemoFile.Email] = (await host.CreateMemberAsync(organization)).Email,
            [DemoFile.Password] = ContractHost.Password,
            [DemoFile.RunKey] = await host.CreateKeyAsync(organization, KeyPrefix.Lamina, new KeyOptions { Scopes = "admin" }),
            [DemoFile.AgentKey] = agent,
            [DemoFile.AdminKey] = host.AdminKey,
        };
    }
}
