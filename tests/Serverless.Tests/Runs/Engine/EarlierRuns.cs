namespace Serverless.Tests.Runs.Engine;

/// <summary>Documents of runs as the version before wrote them, before they were compressed. It knew neither tries of steps nor replays.</summary>
internal static class EarlierRuns
{
    /// <summary>A run of an app of three steps that failed at the second.</summary>
    public const string Failed =
        """
        {"appId":"own","app":{"name":"Own","parameters":[{"id":"who","name":"Who","type":"text"}],
         "steps":[{"id":"greet","kind":"text","template":"Hello {{inputs.Who}}","retries":2,"timeoutSeconds":60},
                  {"id":"call","kind":"http","method":"POST","url":"https://example.com/{{steps.greet}}","headers":{"Authorization":"Bearer secret"},"retries":1,"timeoutSeconds":60},
                  {"id":"after","kind":"text","template":"{{steps.call}}","retries":2,"timeoutSeconds":60}],
         "outputs":[{"id":"o","label":"Out","type":"text","step":"after"}]},
         "inputs":{"Who":"Ann"},"webhookUrl":null,"source":"api_app","status":"failed",
         "steps":{"greet":{"status":"completed","attempt":1,"dueAt":null,"output":"Hello Ann","error":null},
                  "call":{"status":"failed","attempt":2,"dueAt":null,"output":null,"error":"Step \"call\" failed: the server answered 404"},
                  "after":{"status":"skipped","attempt":0,"dueAt":null,"output":null,"error":"Step \"call\" failed: the server answered 404"}},
         "errorMessage":"Step \"call\" failed: the server answered 404","startedAt":"2026-11-21T12:00:00.12+00:00","completedAt":"2026-11-21T12:00:01.5+00:00"}
        """;
}
