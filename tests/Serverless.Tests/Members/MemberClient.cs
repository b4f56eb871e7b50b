using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>Somebody who is logged in, and asks for what is below <c>/v1/organization</c>.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="member">Who it is.</param>
/// <param name="token">The session.</param>
public sealed class MemberClient(HttpClient http, ContractMember member, string token)
{
    private readonly LaminaClient _client = new(http, key: null);

    /// <summary>Who it is.</summary>
    public ContractMember Member { get; } = member;

    /// <summary>The session.</summary>
    public string Token { get; } = token;

    /// <summary>A new member of an organization, logged in.</summary>
    public static async Task<MemberClient> CreateAsync(ContractHost host, string organization, string role = Roles.Owner)
    {
        var member = await host.CreateMemberAsync(organization, role);
        return new(host.Client, member, await host.LogInAsync(member.Email));
    }

    /// <summary>Sends a request.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="path">What follows <c>/v1/organization</c>.</param>
    /// <param name="json">Its body; null for none.</param>
    public Task<LaminaAnswer> SendAsync(string method, string path, string? json = null) => SendAsync(method, path, json, ("Authorization", $"Bearer {Token}"));

    /// <summary>Sends a request with these headers alone.</summary>
    public async Task<LaminaAnswer> SendAsync(string method, string path, string? json, params IEnumerable<(string Name, string Value)> headers)
    {
        var answer = await _client.SendAsync(method, "/v1/organization" + path, json, headers);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return answer;
    }

    /// <summary>Sends a request that succeeds.</summary>
    /// <returns>The data of the answer.</returns>
    public async Task<JsonNode> DoAsync(string method, string path, string? json = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        var answer = await SendAsync(method, path, json);
        Assert.True(answer.Status == status, $"{method} {path}: {answer.Status} {answer.Body}");
        return JsonNode.Parse(answer.Body)!["data"]!;
    }
}
