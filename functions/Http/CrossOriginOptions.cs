using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Http;

/// <summary>Which web pages may use the API from a browser: the setting <c>Cors__Origins</c>.</summary>
public sealed class CrossOriginOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Cors";

    private const string Any = "*";

    /// <summary>The origins, separated by commas; <c>*</c> stands for all of them.</summary>
    public string? Origins { get; set; }

    /// <summary>The origins that are named, as browsers write them.</summary>
    internal IReadOnlySet<string> Named => Entries.Where(entry => entry != Any).Select(Normalize).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether pages of all origins may send.</summary>
    internal bool TakesFromAll => Entries.Contains(Any, StringComparer.Ordinal);

    private IEnumerable<string> Entries => (Origins ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Entries
        .Where(entry => entry != Any && Normalize(entry) is null)
        .Select(entry => new ValidationResult($"must be origins such as https://app.example.com, separated by commas, or *, not \"{entry}\".", ["Cors__Origins"]));

    // Scheme, host and port in the one form that a browser sends; null for what is more than that, or less.
    private static string? Normalize(string entry) =>
        Uri.TryCreate(entry, UriKind.Absolute, out var origin)
        && (origin.Scheme == Uri.UriSchemeHttps || origin.Scheme == Uri.UriSchemeHttp)
        && origin.HostNameType is (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
        && origin.UserInfo.Length == 0
        && origin.PathAndQuery == "/"
        && !entry.EndsWith('/')
        && !entry.Contains('#', StringComparison.Ordinal)
            ? $"{origin.Scheme}://{HostOf(origin)}{(origin.IsDefaultPort ? "" : $":{origin.Port}")}"
            : null;

    private static string HostOf(Uri origin) => origin.HostNameType == UriHostNameType.IPv6 ? origin.Host : origin.IdnHost;
}

/// <summary>Judges the setting.</summary>
[OptionsValidator]
internal sealed partial class CrossOriginOptionsValidator : IValidateOptions<CrossOriginOptions>;
