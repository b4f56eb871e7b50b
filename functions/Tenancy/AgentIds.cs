using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Tenancy;

/// <summary>The ids of agents, inside and outside.</summary>
public static class AgentIds
{
    private const int AccountLength = 12;

    /// <summary>The account that a name and its owner lead to: the same one whoever asks, so that a pair can be taken only once.</summary>
    /// <param name="name">The agent's name.</param>
    /// <param name="owner">Who is behind it.</param>
    /// <param name="attempt">0, or more when the accounts before belong to somebody else: ids are short.</param>
    public static string AccountOf(string name, string owner, int attempt) =>
        // A name has no line breaks, so that no two pairs read the same.
        Digest($"{attempt.ToString(CultureInfo.InvariantCulture)}\n{name}\n{owner}")[..AccountLength];

    /// <summary>What an agent is called outside: a UUID (version 8), whose last 12 digits are its account.</summary>
    public static string Public(string account)
    {
        var digest = Digest(account);
        return $"{digest[..8]}-{digest[8..12]}-8{digest[12..15]}-a{digest[15..18]}-{account}";
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
