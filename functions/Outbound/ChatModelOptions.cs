using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Outbound;

/// <summary>Which chat model to ask, read from the settings <c>Ai__Endpoint</c>, <c>Ai__ApiKey</c> and <c>Ai__Model</c>.</summary>
public sealed class ChatModelOptions
{
    /// <summary>The name of the setting without which there is no model.</summary>
    public const string EndpointSetting = "Ai__Endpoint";

    private const string KeySetting = "Ai__ApiKey";
    private const string ModelSetting = "Ai__Model";
    private const string Section = "Ai";

    /// <summary>
    /// The base address of an API as OpenAI has it, such as <c>https://api.openai.com/v1</c>; null when no model is configured, or its key
    /// could not be read from the vault.
    /// </summary>
    public Uri? Endpoint { get; private set; }

    /// <summary>The key of that API; null when it asks for none.</summary>
    public string? ApiKey { get; private set; }

    /// <summary>The name of the model; empty when none is configured.</summary>
    public string Model { get; private set; } = "";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">One of them makes no sense; the key is never repeated.</exception>
    public void Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var key = section["ApiKey"] ?? "";
        if (section["Endpoint"] is not { Length: > 0 } endpoint || VaultReference.IsUnresolved(key))
        {
            return;
        }

        Endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address.UserInfo.Length == 0
            ? address
            : throw Invalid(EndpointSetting, "must be an http or https address without credentials, such as https://api.openai.com/v1");
        Model = section["Model"] is { Length: > 0 } model
            ? model
            : throw Invalid(ModelSetting, $"is required when {EndpointSetting} is set");
        ApiKey = key.Length == 0 ? null
            : key.All(character => character is > ' ' and <= '~') ? key
            : throw Invalid(KeySetting, "must be printable ASCII characters without spaces");
    }

    private static OptionsValidationException Invalid(string setting, string rule) => new(setting, typeof(ChatModelOptions), [$"{setting}: {rule}."]);
}
