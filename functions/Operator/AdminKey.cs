using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Admission;
using Serverless.Http;

namespace Serverless.Operator;

/// <summary>
/// The operator's key: the setting <c>AdminKey</c>. While there is none, the operator's paths do not exist. Wrong keys are limited by the address
/// they come from; the right one always passes, so that nobody who guesses shuts the operator out.
/// </summary>
public sealed class AdminKey(IOptions<OperatorOptions> options, ClientGate attempts, ClientAddress address)
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = nameof(OperatorOptions.AdminKey);

    /// <summary>The header it comes in.</summary>
    public const string Header = "x-admin-key";

    private static readonly ApiError Missing = new(StatusCodes.Status401Unauthorized, "AUTH_MISSING_KEY", "Missing admin key");
    private static readonly ApiError Invalid = new(StatusCodes.Status401Unauthorized, "AUTH_INVALID_KEY", "Invalid admin key");

    private static readonly ApiError TooMany =
        new(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Too many invalid admin keys, please try again later") { Retryable = true };

    private static readonly SlidingWindow WrongKeys = new("WrongAdminKeys", Permits: 30, TimeSpan.FromMinutes(10));

    private readonly byte[]? _hash = options.Value.HasKey ? HashOf(options.Value.AdminKey!) : null;

    /// <summary>How a request is refused.</summary>
    internal static IReadOnlyList<ApiError> Errors { get; } = [Missing, Invalid, TooMany];

    /// <summary>Whether there is a key.</summary>
    public bool IsSet => _hash is not null;

    /// <summary>Lets the operator pass.</summary>
    /// <exception cref="ApiException">401: the key is missing, or another one. 429: too many others came from this address.</exception>
    public async Task RequireAsync(HttpContext context)
    {
        var sent = context.Request.Headers[Header].ToString();
        if (sent.Length == 0)
        {
            throw new ApiException(Missing);
        }

        if (_hash is not null && CryptographicOperations.FixedTimeEquals(HashOf(sent), _hash))
        {
            return;
        }

        var decision = await attempts.AdmitAsync(address.Of(context), WrongKeys);
        throw new ApiException(decision.IsAdmitted ? Invalid : TooMany with { RetryAfter = decision.RetryAfter });
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
