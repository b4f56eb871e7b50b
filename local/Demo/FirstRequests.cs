namespace Serverless.Local.Demo;

/// <summary>What is shown when the application is ready: the address of its page, and a request for each surface, to be pasted into a shell.</summary>
internal static class FirstRequests
{
    /// <summary>The text.</summary>
    /// <param name="demo">The keys.</param>
    /// <param name="file">Where they are kept.</param>
    public static string Text(DemoData demo, DemoFile file)
    {
        var address = demo[DemoFile.BaseUrl];
        return $$"""

            Serverless is ready: open {{address}}/ in a browser (the sign-in is filled in; demo keys are in {{file.Path}})

            LuminaLog: send a log, then read it back
              curl {{address}}/v1/logs -H 'x-api-key: {{demo[DemoFile.LogKey]}}' -H 'Content-Type: application/json' \
                -d '{"logs":[{"timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","level":"info","message":"Hello"}]}'
              curl {{address}}/v1/logs -H 'x-api-key: {{demo[DemoFile.LogKey]}}'

            LumiqTrace: send an event, log in, then see what the project did
              curl {{address}}/v1/ingest -H 'x-api-key: {{demo[DemoFile.TraceKey]}}' -H 'Content-Type: application/x-ndjson' \
                -d '{"event_id":"'$(cat /proc/sys/kernel/random/uuid || uuidgen)'","trace_id":"t1","span_id":"s1","timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","provider":"openai","model":"gpt-4o","operation":"chat","latency_ms":420,"status":"success","cost_usd":0.0021}'
              TOKEN=$(curl -s {{address}}/v1/auth/login -H 'Content-Type: application/json' \
                -d '{"email":"{{demo[DemoFile.Email]}}","password":"{{demo[DemoFile.Password]}}"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
              curl {{address}}/v1/projects/{{demo[DemoFile.TraceProject]}}/overview -H "Authorization: Bearer $TOKEN"

            Lamina: run an app, then see what came of it
              RUN=$(curl -s {{address}}/v1/apps/{{demo[DemoFile.RunApp]}}/runs -H 'x-api-key: {{demo[DemoFile.RunKey]}}' -H 'Content-Type: application/json' \
                -d '{"inputs":{"Text":"Hello"} }' | sed 's/.*"runId":"\([^"]*\)".*/\1/')
              curl {{address}}/v1/runs/$RUN -H 'x-api-key: {{demo[DemoFile.RunKey]}}'

            Lithtrix: search
              curl '{{address}}/v1/search?q=durable+queues' -H 'Authorization: Bearer {{demo[DemoFile.AgentKey]}}'

            """;
    }
}
