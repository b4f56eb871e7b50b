using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Outbound;

/// <summary>What is allowed to requests that go to addresses which users name: the settings <c>Outbound__*</c>.</summary>
public sealed class OutboundOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Outbound";

    /// <summary>The setting <c>Outbound__AllowLoopback</c>: true or false.</summary>
    public string? AllowLoopback { get; set; }

    /// <summary>
    /// Whether they may go to this machine itself: for development, where the receiver runs beside the application. False unless it is set.
    /// </summary>
    internal bool IsLoopbackAllowed => AllowLoopback is { Length: > 0 } && bool.Parse(AllowLoopback);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AllowLoopback is { Length: > 0 } && !bool.TryParse(AllowLoopback, out _))
        {
            yield return new($"must be true or false, not \"{AllowLoopback}\".", ["Outbound__AllowLoopback"]);
        }
    }
}

/// <summary>Judges the settings of outbound requests.</summary>
[OptionsValidator]
internal sealed partial class OutboundOptionsValidator : IValidateOptions<OutboundOptions>;
