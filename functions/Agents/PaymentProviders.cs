using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Agents;

/// <summary>The payment providers that there are.</summary>
internal static class PaymentProviders
{
    /// <summary>The provider that the settings name. On development storage it is the test provider.</summary>
    public static IPaymentProvider Choose(IOptions<StorageOptions> storage) => storage.Value.IsDevelopmentStorage ? new DevelopmentPayments() : new NoPayments();

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
            throw Lithtrix.NotConfigured("Payment", PaymentOptions.ProviderSetting);
    }
}
