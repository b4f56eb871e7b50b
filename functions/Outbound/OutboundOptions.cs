using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Outbound;

/// <summary>What is allowed to requests that go to addresses which users name.</summary>
/// <param name="AllowLoopback">Whether they may go to this machine itself: for development, where the receiver runs beside the application.</param>
public sealed record OutboundOptions(bool AllowLoopback)
{
    private const string AllowLoopbackKey = "Outbound:AllowLoopback";
    private const string AllowLoopbackSetting = "Outbound__AllowLoopback";

    /// <summary>Reads the setting <c>Outbound__AllowLoopback</c>; false unless it is set.</summary>
    /// <exception cref="OptionsValidationException">It is neither true nor false.</exception>
    public static OutboundOptions From(IConfiguration configuration)
    {
        if (configuration[AllowLoopbackKey] is not { Length: > 0 } text)
        {
            return new(AllowLoopback: false);
        }

        return bool.TryParse(text, out var allowLoopback)
            ? new(allowLoopback)
            : throw new OptionsValidationException(
                AllowLoopbackSetting, typeof(OutboundOptions), [$"{AllowLoopbackSetting}: must be true or false, not \"{text}\"."]);
    }
}
