using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Webhooks;

/// <summary>Checks webhooks as receivers do, in Node: with what they know, and nothing of this code.</summary>
internal static class WebhookVerification
{
    private static readonly NodeFolder Libraries = new("receivers");

    /// <summary>Whether both signatures are genuine, by the keys that an application gives out.</summary>
    public static async Task<IReadOnlyList<(bool Lamina, bool Standard)>> ByKeySetAsync(ServerlessHost host, params IEnumerable<ReceivedWebhook> webhooks)
    {
        var question = Question(webhooks);
        question["jwks"] = new Uri(host.Client.BaseAddress!, "/v1/webhooks/signing-key").AbsoluteUri;
        return await AskAsync(question, async file =>
        {
            await using var process = await ChildProcess.RunAsync("node", SourceTree.PathOf("tests", "Serverless.Tests", "Webhooks", "verify.mjs"), file);
            Assert.True(await process.WaitForExitAsync() == 0, string.Join('\n', process.Errors));
            return process.Output.Select(line => JsonNode.Parse(line)!).Select(verdict => (verdict["lamina"]!.GetValue<bool>(), verdict["standard"]!.GetValue<bool>()));
        });
    }

    /// <summary>Whether they are genuine by the secret of an endpoint, to each of the official libraries.</summary>
    public static async Task<IReadOnlyList<(bool Standard, bool Svix)>> BySecretAsync(string secret, params IEnumerable<ReceivedWebhook> webhooks)
    {
        var question = Question(webhooks);
        question["secret"] = secret;
        return await AskAsync(question, async file => (await Libraries.RunAsync("verify.mjs", [file])).Split('\n')
            .Select(line => JsonNode.Parse(line)!)
            .Select(verdict => (verdict["standard"]!.GetValue<bool>(), verdict["svix"]!.GetValue<bool>())));
    }

    private static JsonObject Question(IEnumerable<ReceivedWebhook> webhooks) => new()
    {
        ["webhooks"] = new JsonArray(
        [
            .. webhooks.Select(webhook => new JsonObject
            {
                ["headers"] = new JsonObject(webhook.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
                ["body"] = Convert.ToBase64String(webhook.Body),
            }),
        ]),
    };

    private static async Task<IReadOnlyList<T>> AskAsync<T>(JsonObject question, Func<string, Task<IEnumerable<T>>> ask)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, question.ToJsonString());
            return [.. await ask(file)];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
