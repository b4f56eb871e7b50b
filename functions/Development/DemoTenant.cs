using System.Security.Cryptography;
using Serverless.Admission;
using Serverless.Runs.Requests;
using Serverless.Tenancy;

namespace Serverless.Development;

/// <summary>What the demo organization has beside its first key: a project with a key, a key for apps, and somebody who may log in.</summary>
public sealed class DemoTenant(ProjectStore projects, KeyStore keys, UserStore users, MembershipStore memberships, AdmissionGate gate)
{
    private const string Address = "demo@example.com";
    private const int PasswordDigits = 20;

    // It needs nothing but this service.
    private const string App = "echo";

    /// <summary>Makes what is not there yet.</summary>
    /// <returns>The values to keep.</returns>
    internal async Task<IReadOnlyList<(string Name, string Value)>> EnsureAsync(string organization, DemoFile file)
    {
        var (project, key) = await EnsureKeyAsync(organization, file);
        return
        [
            (DemoFile.TraceKey, key),
            (DemoFile.TraceProject, project),
            (DemoFile.RunKey, await EnsureRunKeyAsync(organization, file)),
            (DemoFile.RunApp, App),
            (DemoFile.Email, Address),
            (DemoFile.Password, await EnsureUserAsync(organization, file)),
        ];
    }

    private async Task<(string Project, string Key)> EnsureKeyAsync(string organization, DemoFile file)
    {
        if (ApiKey.Parse(file.Read(DemoFile.TraceKey), KeyPrefix.LumiqTrace) is { } known
            && await gate.LookAsync(known, _ => []) is { IsAdmitted: true } admittance
            && known.Account == organization)
        {
            return (admittance.Caller!.Key.Project, known.Reveal());
        }

        var project = await projects.CreateAsync(organization, "Demo");
        var key = await keys.CreateAsync(organization, KeyPrefix.LumiqTrace, new KeyOptions { Name = "Demo", Project = project!.Id });
        return (project.Id, key!.Reveal());
    }

    private async Task<string> EnsureRunKeyAsync(string organization, DemoFile file)
    {
        if (ApiKey.Parse(file.Read(DemoFile.RunKey), KeyPrefix.Lamina) is { } known
            && known.Account == organization
            && (await gate.LookAsync(known, _ => [])).IsAdmitted)
        {
            return known.Reveal();
        }

        var key = await keys.CreateAsync(organization, KeyPrefix.Lamina, new KeyOptions { Name = "Demo", Scopes = LaminaAdmission.AdminScope });
        return key!.Reveal();
    }

    private async Task<string> EnsureUserAsync(string organization, DemoFile file)
    {
        var password = file.Read(DemoFile.Password) ?? RandomNumberGenerator.GetHexString(PasswordDigits, lowercase: true);
        var user = await users.VerifyAsync(Address, password)
            ?? await users.CreateAsync(Address, password)
            ?? await users.SetPasswordAsync(Address, password);
        await memberships.SetAsync(organization, user!, Roles.Owner);
        return password;
    }
}
