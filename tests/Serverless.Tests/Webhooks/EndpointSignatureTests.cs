using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Serverless.Tests.Examples;
using Serverless.Webhooks.Endpoints;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Serverless.Tests.Webhooks;

/// <summary>What endpoints know messages by, as the official libraries see it: before, during and after a rotation.</summary>
public sealed class EndpointSignatureTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>
{
    [CommandFact("node", "--version")]
    public async Task The_official_libraries_verify_messages_with_either_secret_while_both_are_good()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var made = await workspace.AddEndpointAsync(receiver.Url);
        var (endpoint, first) = (made["endpointId"]!.GetValue<string>(), made["secret"]!.GetValue<string>());
        await workspace.RunAsync();
        await receiver.NextAsync();

        var rotated = await workspace.Client.DoAsync("POST", $"/v1/webhooks/endpoints/{endpoint}/rotate");
        var second = rotated["secret"]!.GetValue<string>();
        Assert.NotEqual(first, second);
        Assert.InRange(rotated["previousSecretUntil"]!.GetValue<DateTime>() - DateTime.UtcNow, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        await workspace.RunAsync();
        await receiver.NextAsync();

        await fixture.Host.Services.GetRequiredService<EndpointStore>().ChangeAsync(
            workspace.Client.Workspace, endpoint, stored => stored with { PreviousSecretUntil = DateTimeOffset.UtcNow.AddSeconds(-1) }, CancellationToken.None);
        await workspace.RunAsync();
        await receiver.NextAsync();

        Assert.Equal([2, 3, 2], receiver.Received.Select(webhook => webhook.Headers["webhook-signature"].Split(' ').Length));
        Assert.Equal([true, true, false], await VerifyAsync(first, receiver.Received));
        Assert.Equal([false, true, true], await VerifyAsync(second, receiver.Received));
        Assert.All(await WebhookVerification.ByKeySetAsync(fixture.Host, receiver.Received), verdict => Assert.Equal((true, true), verdict));
    }

    private static async Task<IEnumerable<bool>> VerifyAsync(string secret, IReadOnlyList<ReceivedWebhook> webhooks)
    {
        var verdicts = await WebhookVerification.BySecretAsync(secret, webhooks);
        Assert.All(verdicts, verdict => Assert.Equal(verdict.Standard, verdict.Svix));
        Assert.Equal(verdicts.Select(verdict => verdict.Standard), webhooks.Select(webhook => IsGenuine(secret, webhook)));
        return verdicts.Select(verdict => verdict.Standard);
    }

    // The same in .NET.
    private static bool IsGenuine(string secret, ReceivedWebhook webhook)
    {
        try
        {
            new StandardWebhook(secret).Verify(
                Encoding.UTF8.GetString(webhook.Body),
                new HeaderDictionary(webhook.Headers.ToDictionary(header => header.Key, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase)));
            return true;
        }
        catch (WebhookVerificationException)
        {
            return false;
        }
    }
}
