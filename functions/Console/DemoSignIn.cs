using System.Net;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Console;

/// <summary>The demo's user, who signs in with one key press: on development storage, and to whoever sits at this machine.</summary>
/// <param name="options">The user.</param>
/// <param name="storage">Says whether it is development storage.</param>
public sealed class DemoSignIn(IOptions<ConsoleOptions> options, IOptions<StorageOptions> storage)
{
    private readonly ReadOnlyMemory<byte>? _body = storage.Value.IsDevelopmentStorage ? BodyOf(options.Value) : null;

    /// <summary>The user, in JSON; null when there is none, or the caller is not told.</summary>
    public ReadOnlyMemory<byte>? For(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) ? _body : null;

    private static ReadOnlyMemory<byte>? BodyOf(ConsoleOptions options) =>
        options is { DemoEmail: { Length: > 0 } email, DemoPassword: { Length: > 0 } password }
            ? JsonResponse.Body(new DemoUser(email, password, options.DemoFile is { Length: > 0 } file ? file : null), DemoUserJson.Default.DemoUser)
            : null;
}

/// <summary>The demo's user.</summary>
/// <param name="Email">Who signs in.</param>
/// <param name="Password">With which password.</param>
/// <param name="File">The path of the file with the demo's keys, to be sourced by a shell; null when it is not known.</param>
internal sealed record DemoUser(string Email, string Password, string? File);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemoUser))]
internal sealed partial class DemoUserJson : JsonSerializerContext;
