using Microsoft.Extensions.Options;
using Serverless.Outbound;
using Serverless.Tests.Hosting;
using Serverless.Tests.Settings;

namespace Serverless.Tests.Outbound;

/// <summary>The settings of the chat model.</summary>
public sealed class ChatModelOptionsTests
{
    [Theory]
    [InlineData("https://api.openai.com/v1")]
    [InlineData("http://localhost:11434/v1/")]
    public void An_address_and_a_model_are_enough(string endpoint)
    {
        var options = Read(endpoint, key: null, "gpt-4.1");

        Assert.Equal((endpoint, null, "gpt-4.1"), (options.Address!.AbsoluteUri, options.ApiKey, options.Model));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Without_an_address_there_is_no_model(string? endpoint)
    {
        using var model = ChatModelServer.Connect(new Dictionary<string, string?> { ["Ai:Endpoint"] = endpoint, ["Ai:ApiKey"] = "k e y", ["Ai:Model"] = "" });

        Assert.False(model.IsConfigured);
        await Assert.ThrowsAsync<InvalidOperationException>(() => model.CompleteAsync([], 1, CancellationToken.None));
    }

    [Fact]
    public void A_key_that_Azure_could_not_read_from_the_vault_is_sent_to_nobody()
    {
        var options = Read("https://api.openai.com/v1", "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/AiApiKey)", "gpt-4.1");

        Assert.Null(options.Address);
    }

    [Theory]
    [InlineData("api.openai.com/v1", "k", "m", "Ai__Endpoint: must be an http or https address without credentials, such as https://api.openai.com/v1.")]
    [InlineData("ftp://api.openai.com", "k", "m", "Ai__Endpoint: must be an http or https address without credentials, such as https://api.openai.com/v1.")]
    [InlineData("https://user:pass@api.openai.com", "k", "m", "Ai__Endpoint: must be an http or https address without credentials, such as https://api.openai.com/v1.")]
    [InlineData("/v1", "k", "m", "Ai__Endpoint: must be an http or https address without credentials, such as https://api.openai.com/v1.")]
    [InlineData("https://api.openai.com/v1", "k", "", "Ai__Model: is required when Ai__Endpoint is set.")]
    [InlineData("https://api.openai.com/v1", "k", null, "Ai__Model: is required when Ai__Endpoint is set.")]
    [InlineData("https://api.openai.com/v1", "secret\nkey", "m", "Ai__ApiKey: must be printable ASCII characters without spaces.")]
    [InlineData("https://api.openai.com/v1", "Schlüssel", "m", "Ai__ApiKey: must be printable ASCII characters without spaces.")]
    public void What_makes_no_sense_is_named_with_what_would(string endpoint, string? key, string? model, string message) =>
        Assert.Equal(message, Assert.Throws<OptionsValidationException>(() => Read(endpoint, key, model)).Message);

    private static ChatModelOptions Read(string? endpoint, string? key, string? model) =>
        SettingsReader.Of(("Ai:Endpoint", endpoint), ("Ai:ApiKey", key), ("Ai:Model", model)).Read<ChatModelOptions>();
}
