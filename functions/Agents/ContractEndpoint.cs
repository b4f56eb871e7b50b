namespace Serverless.Agents;

/// <summary>An endpoint of the contract, as agents are told of it.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path.</param>
/// <param name="NeedsKey">Whether it takes a key.</param>
/// <param name="Description">What it does.</param>
internal sealed record ContractEndpoint(string Method, string Path, bool NeedsKey, string Description)
{
    public static readonly ContractEndpoint Capabilities = new("GET", "/v1/capabilities", false, "What there is: endpoints, limits and how sources are scored");

    public static readonly ContractEndpoint Register = new("POST", "/v1/register", false, "Registers an agent and shows its API key, for the only time");

    public static readonly ContractEndpoint Search = new("GET", "/v1/search", true, "Searches the web; every result says how far its source is to be trusted");

    public static readonly ContractEndpoint Usage = new("GET", "/v1/usage", true, "The agent's searches in all, what is left, and by day");

    public static readonly ContractEndpoint SetUpBilling = new("POST", "/v1/billing/setup", true, "Has the agent pay, and raises its tier");

    public static readonly ContractEndpoint RotateKey = new("POST", "/v1/keys/rotate", true, "Replaces the API key; the old one ends at once, what was used stays");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ContractEndpoint> All =
    [
        Capabilities,
        new("GET", "/v1/guide", false, "The first steps, in order"),
        Register,
        Search,
        new("GET", "/v1/me", true, "Who the agent is, and its tier"),
        Usage,
        new("GET", "/v1/billing", true, "The agent's tier, its searches in all, and their limit"),
        SetUpBilling,
        RotateKey,
    ];
}
