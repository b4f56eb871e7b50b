using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Serverless.Settings;

/// <summary>
/// A setting that is a whole number, or not there: an empty one is none. Options keep it as the text it is, so that whatever makes no sense is
/// refused in one way, with the name of the setting and what it was.
/// </summary>
/// <param name="minimum">The least it may be.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WholeNumberAttribute(long minimum) : ValidationAttribute
{
    // Sums of figures have to fit as well.
    private const long Largest = int.MaxValue * 1_000_000L;

    /// <summary>The most it may be; as good as any number unless it is set.</summary>
    public long Maximum { get; init; } = Largest;

    /// <summary>What is counted, in the plural; null when the setting's name says it.</summary>
    public string? Unit { get; init; }

    /// <summary>The section of the settings that the options are bound to; empty for none.</summary>
    public string Section { get; init; } = "";

    /// <summary>The number of a setting that is known to be one; null when it is not there.</summary>
    public static long? Read(string? setting) => setting is { Length: > 0 } ? long.Parse(setting, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not string { Length: > 0 } text
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= Maximum))
        {
            return ValidationResult.Success;
        }

        var unit = Unit is null ? "" : $" of {Unit}";
        var range = Maximum == Largest ? $" of at least {minimum}" : $" from {minimum} to {Maximum}";
        return new($"must be a whole number{unit}{range}, not \"{text}\".", [NameOf(validationContext)]);
    }

    // The validators name a property by its path, which begins with the type of the options.
    private string NameOf(ValidationContext context)
    {
        var path = context.DisplayName.Split('.').Skip(1);
        return string.Join("__", Section.Length > 0 ? path.Prepend(Section) : path);
    }
}
