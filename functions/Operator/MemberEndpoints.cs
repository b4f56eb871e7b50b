using System.Net.Mail;
using Microsoft.AspNetCore.Http;
using Serverless.Tenancy;
using Serverless.Texts;

namespace Serverless.Operator;

/// <summary>The people of an organization.</summary>
public sealed class MemberEndpoints(AccountStore accounts, UserStore users, MembershipStore memberships)
{
    private const int MinPasswordLength = 12;
    private const int MaxEmailLength = 254;

    /// <summary>
    /// <c>POST organizations/{organization}/members</c>: makes the user, if there is none of this address, and the membership. A user
    /// who exists keeps the password, which need not be given; a member who exists is given the role.
    /// </summary>
    public async Task SetAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var email = Email(body);
        var password = Password(body);
        var role = body.RequiredOption("role", Roles.All);
        var user = email is null ? null : await users.FindAsync(email, cancellationToken);
        if (user is null && email is not null && !body.IsGiven("password"))
        {
            body.Problems.Missing("password");
        }

        if (user?.Memberships.Count >= User.MaxMemberships && !user.Memberships.ContainsKey(organization))
        {
            body.Problems.Value("email", $"that of a user who is a member of fewer than {User.MaxMemberships} organizations");
        }

        body.Conclude();
        await accounts.RequireOrganizationAsync(organization, cancellationToken);

        // Whoever loses the race for a new address finds the user that the other one made.
        user ??= await users.CreateAsync(email!, password!) ?? await users.FindAsync(email!, cancellationToken);
        var (member, isNew) = (await memberships.SetAsync(organization, user!, role))!.Value;
        await WriteAsync(context, member, cancellationToken, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary><c>GET organizations/{organization}/members</c>.</summary>
    public async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = new OperatorQuery(context.Request);
        var limit = query.Limit();
        var after = query.Cursor(TenantIds.IsUser);
        query.Conclude();

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await memberships.ListAsync(organization, after, limit, cancellationToken);
        await context.WritePageAsync(page, MemberAnswer.Of, OperatorJson.Default.MemberAnswer, limit, cancellationToken);
    }

    /// <summary><c>DELETE organizations/{organization}/members/{user}</c>: ends the membership and its sessions. The user remains.</summary>
    public async Task RemoveAsync(HttpContext context, string organization, string user, CancellationToken cancellationToken)
    {
        RequireIds(organization, user);
        var member = await memberships.RemoveAsync(organization, user) ?? throw OperatorResponse.NotFound("Member");
        await WriteAsync(context, member, cancellationToken);
    }

    /// <summary><c>PUT organizations/{organization}/members/{user}/password</c>: sets the password and ends all sessions of the user.</summary>
    public async Task SetPasswordAsync(HttpContext context, string organization, string user, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var password = Password(body);
        if (!body.IsGiven("password"))
        {
            body.Problems.Missing("password");
        }

        body.Conclude();
        RequireIds(organization, user);
        var member = await memberships.FindAsync(organization, user, cancellationToken) ?? throw OperatorResponse.NotFound("Member");
        await users.SetPasswordAsync(member.Email, password!);
        await WriteAsync(context, member, cancellationToken);
    }

    private static string? Email(OperatorBody body)
    {
        var email = body.RequiredText("email", MaxEmailLength);
        if (email.Length == 0)
        {
            return null;
        }

        if (!MailAddress.TryCreate(email, out var parsed) || parsed.Address != email)
        {
            body.Problems.Value("email", "an e-mail address");
            return null;
        }

        return User.Normalize(email);
    }

    private static string? Password(OperatorBody body)
    {
        var password = body.Text("password", UserStore.MaxPasswordLength);
        if (password is not null && !Characters.Exceed(password, MinPasswordLength - 1))
        {
            body.Problems.Value("password", $"{MinPasswordLength} to {UserStore.MaxPasswordLength} characters");
        }

        return password;
    }

    private static void RequireIds(string organization, string user)
    {
        if (!TenantIds.IsAccount(organization) || !TenantIds.IsUser(user))
        {
            throw OperatorResponse.NotFound("Member");
        }
    }

    private static Task WriteAsync(HttpContext context, Member member, CancellationToken cancellationToken, int status = StatusCodes.Status200OK) =>
        context.WriteDataAsync(MemberAnswer.Of(member), OperatorJson.Default.MemberAnswer, cancellationToken, status);
}
