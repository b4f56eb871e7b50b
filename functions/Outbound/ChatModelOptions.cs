using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Outbound;

/// <summary>Which chat model to ask: the settings <c>Ai__Endpoint</c>, <c>Ai__ApiKey</c> and <c>Ai__Model</c>.</summary>
public sealed class ChatModelOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Ai";

    /// <summary>The name of the setting without which there is no model.</summary>
    public const string EndpointSetting = "Ai__Endpoint";

    /// <summary>The base address of an API as OpenAI has it, such as <c>https://api.openai.com/v1</c>.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The key of that API, if it asks for one.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The name of the model.</summary>
    public string? Model { get; set; }

    /// <summary>The base address; null when no model is configured, or its key could not be read from the vault.</summary>
    internal Uri? Address => IsConfigured ? new(Endpoint!) : null;

    private bool IsConfigured => Endpoint is { Length: > 0 } && !VaultReference.IsUnresolved(ApiKey ?? "");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConfigured)
        {
            yield break;
        }

        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            || address.UserInfo.Length > 0)
        {
            yield return new("must be an http or https address without credentials, such as https://api.openai.com/v1.", [EndpointSetting]);
        }
        else if (string.IsNullOrEmpty(Model))
        {
            yield return new($"is required when {EndpointSetting} is set.", ["Ai__Model"]);
        }
        else if (ApiKey?.All(character => character is > ' ' and <= '~') == false)
        {
            // The key is not repeated.
            yield return new("must be printable ASCII characters without spaces.", ["Ai__ApiKey"]);
        }
    }
}

/// <summary>Judges the settings of the chat model.</summary>
[OptionsValidator]
internal sealed partial class ChatModelOptionsValidator : IValidateOptions<ChatModelOptions>;
