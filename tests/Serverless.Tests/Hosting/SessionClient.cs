using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>Somebody with a session.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="token">The token of the session.</param>
public sealed class SessionClient(HttpClient http, string token)
{
    /// <summary>The token of the session.</summary>
    public string Token { get; } = token;

    /// <summary>The session as a bearer token.</summary>
    public (string Name, string Value) Bearer => ("Authorization", $"Bearer {Token}");

    /// <summary>The session in the cookie.</summary>
    public (string Name, string Value) Cookie => ("Cookie", $"{SessionCredential.CookieName}={Token}");

    /// <summary>What goes with the cookie where something is changed.</summary>
    public static (string Name, string Value) OwnPage => ("X-Requested-With", "serverless");

    /// <summary>A new member of an organization.</summary>
    public static async Task<SessionClient> CreateAsync(ContractHost host, string organization, string role = Roles.Member) =>
        new(host.Client, await host.LogInAsync((await host.CreateMemberAsync(organization, role)).Email));

    /// <summary>A new member of an organization, past the API.</summary>
    public static async Task<SessionClient> CreateAsync(ServerlessHost host, string organization, string role = Roles.Member)
    {
        var user = (await host.Services.GetRequiredService<UserStore>().CreateAsync($"{Guid.NewGuid():N}@example.com", "correct horse battery"))!;
        await host.Services.GetRequiredService<MembershipStore>().SetAsync(organization, user, role);
        return new(host.Client, (await host.Services.GetRequiredService<SessionStore>().CreateAsync(user, organization))!.Token.Reveal());
    }

    /// <summary>Sends a request with the session as a bearer token.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null) => SendAsync(method, path, json, Bearer);

    /// <summary>Sends a request with any headers.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? json, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request);
    }

    /// <summary>Sends a request that succeeds.</summary>
    /// <returns>The body of the answer.</returns>
    public async Task<JsonNode> DoAsync(string method, string path, string? json = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await SendAsync(method, path, json);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{method} {path}: {response.StatusCode} {body}");
        return JsonNode.Parse(body)!;
    }
}
