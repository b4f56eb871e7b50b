using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Agents;

/// <summary>Chooses the payment provider that the setting <c>Payments__Provider</c> names. On development storage it is the test provider.</summary>
public static class PaymentProviders
{
    private const string Setting = "Payments:Provider";
    private const string SettingInWords = "Payments__Provider";
    private const string Development = "development";

    /// <summary>The provider.</summary>
    /// <exception cref="OptionsValidationException">The setting names none that there is, or the test provider where real agents pay.</exception>
    public static IPaymentProvider Choose(IConfiguration configuration, StorageOptions storage) => configuration[Setting] switch
    {
        null or "" when storage.IsDevelopmentStorage => new DevelopmentPayments(),
        null or "" => new NoPayments(),
        Development when storage.IsDevelopmentStorage => new DevelopmentPayments(),
        Development => throw Mistake("\"development\" is for development storage only."),
        var other => throw Mistake($"there is no payment provider \"{other}\"."),
    };

    private static OptionsValidationException Mistake(string text) => new(Setting, typeof(PaymentProviders), [$"{SettingInWords}: {text}"]);

    // Takes test methods, and no money.
    private sealed class DevelopmentPayments : IPaymentProvider
    {
        private const string TestMethod = "tok_test";

        public Task<string?> SetUpAsync(PaymentRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(request.PaymentMethod.StartsWith(TestMethod, StringComparison.Ordinal) ? $"test_{request.AgentId}" : null);
    }

    private sealed class NoPayments : IPaymentProvider
    {
        public Task<string?> SetUpAsync(PaymentRequest request, CancellationToken cancellationToken) =>
            throw Lithtrix.NotConfigured("Payment", SettingInWords);
    }
}
