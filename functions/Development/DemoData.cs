using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serverless.Admission;
using Serverless.Logs;
using Serverless.Operator;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Development;

/// <summary>
/// On the local emulator, and nowhere else: makes sure there is an organization with a key to try things with, writes both
/// to <c>.local/demo.env</c> and shows a first request.
/// </summary>
public sealed class DemoData(
    IOptions<StorageOptions> storage, AccountStore accounts, KeyStore keys, DemoTenant tenant, DemoAgent agent, AdminKey adminKey, AdmissionGate gate, IConfiguration configuration)
    : IHostedLifecycleService
{
    // Core Tools and Azure say here under which name and port the functions are reached.
    private const string HostNameSetting = "WEBSITE_HOSTNAME";
    private const string DefaultHostName = "localhost:7071";
    private const int AdminKeyDigits = 48;

    private readonly DemoFile _file = DemoFile.From(configuration);
    private readonly List<(string Name, string Value)> _values = [];
    private ApiKey? _logKey;
    private ApiKey? _agentKey;

    /// <summary>Makes the data, unless the file's key shows that it is there.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!storage.Value.IsDevelopmentStorage)
        {
            return;
        }

        var known = ApiKey.Parse(_file.Read(DemoFile.LogKey), LuminaLog.KeyPrefix);
        if (known is not null && (await gate.LookAsync(known, _ => [])).IsAdmitted)
        {
            _logKey = known;
        }
        else
        {
            var organization = await accounts.CreateOrganizationAsync("Demo", Plans.DefaultLogPlan, Plans.DefaultTracePlan);
            _logKey = await keys.CreateAsync(organization.Id, LuminaLog.KeyPrefix, new KeyOptions { Name = "Demo" });
        }

        _values.Add((DemoFile.LogKey, _logKey!.Reveal()));
        _values.AddRange(await tenant.EnsureAsync(_logKey.Account, _file));
        _agentKey = await agent.EnsureAsync(_file);
        _values.Add((DemoFile.AgentKey, _agentKey.Reveal()));
        if (!adminKey.IsSet)
        {
            var key = _file.Read(DemoFile.AdminKey) ?? RandomNumberGenerator.GetHexString(AdminKeyDigits, lowercase: true);
            adminKey.Set(key);
            _values.Add((DemoFile.AdminKey, key));
        }
    }

    /// <summary>Shows the data, now that requests are answered.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_logKey is null)
        {
            return;
        }

        var address = $"http://{(configuration[HostNameSetting] is { Length: > 0 } name ? name : DefaultHostName)}";
        _file.Write([(DemoFile.BaseUrl, address), .. _values]);
        await Console.Out.WriteLineAsync(
            $$"""

            Serverless is ready at {{address}} (demo keys are in {{_file.Path}})

            LuminaLog: send a log, then read it back
              curl {{address}}/v1/logs -H 'x-api-key: {{_logKey.Reveal()}}' -H 'Content-Type: application/json' \
                -d '{"logs":[{"timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","level":"info","message":"Hello"}]}'
              curl {{address}}/v1/logs -H 'x-api-key: {{_logKey.Reveal()}}'

            LumiqTrace: send an event, log in, then see what the project did
              curl {{address}}/v1/ingest -H 'x-api-key: {{Value(DemoFile.TraceKey)}}' -H 'Content-Type: application/x-ndjson' \
                -d '{"event_id":"'$(cat /proc/sys/kernel/random/uuid || uuidgen)'","trace_id":"t1","span_id":"s1","timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","provider":"openai","model":"gpt-4o","operation":"chat","latency_ms":420,"status":"success","cost_usd":0.0021}'
              TOKEN=$(curl -s {{address}}/v1/auth/login -H 'Content-Type: application/json' \
                -d '{"email":"{{Value(DemoFile.Email)}}","password":"{{Value(DemoFile.Password)}}"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
              curl {{address}}/v1/projects/{{Value(DemoFile.TraceProject)}}/overview -H "Authorization: Bearer $TOKEN"

            Lamina: run an app, then see what came of it
              RUN=$(curl -s {{address}}/v1/apps/{{Value(DemoFile.RunApp)}}/runs -H 'x-api-key: {{Value(DemoFile.RunKey)}}' -H 'Content-Type: application/json' \
                -d '{"inputs":{"Text":"Hello"} }' | sed 's/.*"runId":"\([^"]*\)".*/\1/')
              curl {{address}}/v1/runs/$RUN -H 'x-api-key: {{Value(DemoFile.RunKey)}}'

            Lithtrix: search
              curl '{{address}}/v1/search?q=durable+queues' -H 'Authorization: Bearer {{_agentKey!.Reveal()}}'

            """);
    }

    private string Value(string name) => _values.Find(value => value.Name == name).Value;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
