using Serverless.Http;

namespace Serverless.Agents;

/// <summary>What an agent wants to pay with.</summary>
/// <param name="AgentId">The agent, as it is known outside. A provider that is asked twice for one agent charges it once.</param>
/// <param name="PaymentMethod">What the provider gave the agent to pay with.</param>
public sealed record PaymentRequest(string AgentId, string PaymentMethod);

/// <summary>Takes payments for the higher tier.</summary>
public interface IPaymentProvider
{
    /// <summary>Has an agent pay from now on.</summary>
    /// <returns>What the provider calls the agent; null when it declines.</returns>
    /// <exception cref="ApiException">The provider is not there.</exception>
    Task<string?> SetUpAsync(PaymentRequest request, CancellationToken cancellationToken);
}
