using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Local.Demo;

/// <summary>
/// Something to try the application with: an organization with a project, a key for each surface and somebody who may log in, and an agent. It is
/// made through the operator's API, kept in a file, and made anew when the store no longer knows its keys. Only on the emulator.
/// </summary>
/// <param name="file">Where it is kept.</param>
internal sealed class DemoData(DemoFile file)
{
    /// <summary>The settings that the application is given.</summary>
    public static readonly IReadOnlyList<string> Settings = [AdminKeySetting, SecretsKeySetting, EmailSetting, PasswordSetting, FileSetting];

    private const string AdminKeySetting = "AdminKey";
    private const string SecretsKeySetting = "Secrets:Key";
    private const string EmailSetting = "Console:DemoEmail";
    private const string PasswordSetting = "Console:DemoPassword";
    private const string FileSetting = "Console:DemoFile";
    private const string Email = "demo@example.com";
    private const int AdminKeyDigits = 48;
    private const int SecretsKeyBytes = 32;
    private const int PasswordDigits = 20;
    private const int SuffixDigits = 8;

    // It needs nothing but the application itself.
    private const string App = "echo";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The value of a name.</summary>
    public string this[string name] => _values[name];

    /// <summary>
    /// Gives the application what it has to have before it starts: an operator's key and one for secrets, unless it has them, and who is to sign in to its page, unless it
    /// has been told.
    /// </summary>
    public void Provide(IConfiguration settings)
    {
        if (string.IsNullOrEmpty(settings[AdminKeySetting]))
        {
            settings[AdminKeySetting] = file.Read(DemoFile.AdminKey) ?? NewSecret(AdminKeyDigits);
            _values[DemoFile.AdminKey] = settings[AdminKeySetting]!;
        }

        if (string.IsNullOrEmpty(settings[SecretsKeySetting]))
        {
            settings[SecretsKeySetting] = file.Read(DemoFile.SecretsKey) ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretsKeyBytes));
            _values[DemoFile.SecretsKey] = settings[SecretsKeySetting]!;
        }

        _values[DemoFile.Email] = file.Read(DemoFile.Email) ?? Email;
        _values[DemoFile.Password] = file.Read(DemoFile.Password) ?? NewSecret(PasswordDigits);
        if (string.IsNullOrEmpty(settings[EmailSetting]))
        {
            settings[EmailSetting] = _values[DemoFile.Email];
            settings[PasswordSetting] = _values[DemoFile.Password];
            settings[FileSetting] = file.ShownPath;
        }
    }

    /// <summary>Makes what is not there yet, and writes the file.</summary>
    /// <param name="address">Where the application takes requests.</param>
    /// <param name="settings">The settings, with the operator's key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HostAbortedException">The application refuses to make it; the message says why.</exception>
    public async Task EnsureAsync(Uri address, IConfiguration settings, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Add("x-admin-key", settings[AdminKeySetting]);

        // Whoever tries things from here is not to find the limits of this address used up.
        client.DefaultRequestHeaders.Add("X-Client-IP", $"2001:db8:{NewSecret(4)}:{NewSecret(4)}::1");
        if (!await TryKeepTenantAsync(client, cancellationToken))
        {
            await CreateTenantAsync(client, cancellationToken);
        }

        if (!await TryKeepAsync(client, DemoFile.AgentKey, "/v1/me", cancellationToken))
        {
            // The file may be gone, and the agent it spoke of still be there.
            var agent = new JsonObject { ["agent_name"] = $"demo-{NewSecret(SuffixDigits)}", ["owner_identifier"] = Email };
            _values[DemoFile.AgentKey] = Text(await SendAsync(client, HttpMethod.Post, "/v1/register", agent, cancellationToken), "api_key");
        }

        _values[DemoFile.BaseUrl] = address.GetLeftPart(UriPartial.Authority);
        file.Write(_values);
    }

    private async Task<bool> TryKeepTenantAsync(HttpClient client, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])[DemoFile.TraceKey, DemoFile.TraceProject, DemoFile.RunApp, DemoFile.Email, DemoFile.Password])
        {
            if (file.Read(name) is not { } value)
            {
                return false;
            }

            _values[name] = value;
        }

        return await TryKeepAsync(client, DemoFile.LogKey, "/v1/logs?limit=1", cancellationToken)
            && await TryKeepAsync(client, DemoFile.RunKey, "/v1/account/usage", cancellationToken);
    }

    /// <summary>Keeps a key of the file that still opens its surface.</summary>
    private async Task<bool> TryKeepAsync(HttpClient client, string name, string path, CancellationToken cancellationToken)
    {
        if (file.Read(name) is not { } key)
        {
            return false;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("x-api-key", key);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request, cancellationToken);
        _values[name] = key;
        return response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
    }

    private async Task CreateTenantAsync(HttpClient client, CancellationToken cancellationToken)
    {
        const string Organizations = "/v1/admin/organizations";
        var organization = $"{Organizations}/{Id(await CreateAsync(Organizations, new() { ["name"] = "Demo" }))}";
        var project = Id(await CreateAsync($"{organization}/projects", new() { ["name"] = "Demo" }));
        _values[DemoFile.TraceProject] = project;
        _values[DemoFile.LogKey] = await KeyAsync(new() { ["prefix"] = "ll_", ["name"] = "Demo" });
        _values[DemoFile.TraceKey] = await KeyAsync(new() { ["prefix"] = "lqt_", ["name"] = "Demo", ["project"] = project });
        _values[DemoFile.RunKey] = await KeyAsync(new() { ["prefix"] = "lma_", ["name"] = "Demo", ["scopes"] = new JsonArray("admin") });
        _values[DemoFile.RunApp] = App;

        var (email, password) = (_values[DemoFile.Email], _values[DemoFile.Password]);
        var member = await CreateAsync($"{organization}/members", new() { ["email"] = email, ["role"] = "owner", ["password"] = password });

        // Who was there before keeps the password of before.
        await SendAsync(client, HttpMethod.Put, $"{organization}/members/{Text(member, "userId")}/password", new() { ["password"] = password }, cancellationToken);

        async Task<JsonNode> CreateAsync(string path, JsonObject body) => (await SendAsync(client, HttpMethod.Post, path, body, cancellationToken))["data"]!;

        async Task<string> KeyAsync(JsonObject body) => Text(await CreateAsync($"{organization}/keys", body), "key");

        static string Id(JsonNode created) => Text(created, "id");
    }

    private static async Task<JsonNode> SendAsync(HttpClient client, HttpMethod method, string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer.Length > 0 ? JsonNode.Parse(answer)! : new JsonObject()
            : throw new HostAbortedException($"The demo data cannot be made: {method} {path} was answered {(int)response.StatusCode}. {answer}");
    }

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();

    private static string NewSecret(int digits) => RandomNumberGenerator.GetHexString(digits, lowercase: true);
}
