using System.Net.Mail;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Texts;

namespace Serverless.Operator;

/// <summary>The people of an organization.</summary>
public sealed class MemberEndpoints(SurfaceEndpoint endpoint, AccountStore accounts, UserStore users, MembershipStore memberships)
{
    private const string Root = OperatorSurface.Root + "organizations/{organization}/members";
    private const string One = Root + "/{user}";
    private const int MinPasswordLength = 12;
    private const int MaxEmailLength = 254;

    private static readonly TextField Id = new("user", "The id of the user.");
    private static readonly TextField Email = OperatorRequest.Text("email", "The e-mail address, in whatever case.", MaxEmailLength) with { IsRequired = true, Format = "email" };
    private static readonly OptionField Role = OperatorRequest.Option("role", "What the member may do.", Roles.All) with { IsRequired = true };

    private static readonly TextField Password =
        OperatorRequest.Text("password", "The password. It is ignored for a user who exists, and required for anybody else.", UserStore.MaxPasswordLength) with { MinLength = MinPasswordLength };

    private static readonly TextField NewPassword = Password with { Description = "The new password.", IsRequired = true };

    private static readonly Answer<Answered<MemberAnswer>> Shown = Answer.Json(200, "The member.", OperatorJson.Default.AnsweredMemberAnswer) with
    {
        Example = JsonNode.Parse("""{"data":{"userId":"4320e808-6d5a-4057-ae83-33fd36964a86","email":"ann@example.com","role":"owner","status":"active","createdAt":"2026-11-21T19:48:10.9600578Z"}}"""),
    };

    private static readonly Answer<Answered<MemberAnswer>> Created = Shown with { Status = 201, Description = "The new member." };
    private static readonly Answer<Answered<MemberAnswer>> Kept = Shown with { Description = "The member, who was one already." };
    private static readonly Answer<Answered<MemberAnswer>> Removed = Shown with { Description = "Who was the member." };
    private static readonly Answer<Page<MemberAnswer>> Listed = Answer.Json(200, "A page of members.", OperatorJson.Default.PageMemberAnswer);

    private static readonly ApiOperation SetMember = new(nameof(SetMember), "Makes a user a member, or gives a member another role")
    {
        Description = "A user is found by the e-mail address; one that does not exist yet is made. A user who exists keeps the password. "
            + "A member who is given a role has to log in again.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization],
        Body = OperatorRequest.Body(Email, Password, Role) with { Example = JsonNode.Parse("""{"email":"ann@example.com","password":"correct horse battery","role":"owner"}""") },
        Answers = [Created, Kept],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation ListMembers = new(nameof(ListMembers), "Lists the members of an organization")
    {
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization],
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation RemoveMember = new(nameof(RemoveMember), "Ends a membership")
    {
        Description = "Its sessions end, too. The user remains.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization, Id],
        Answers = [Removed],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation SetPassword = new(nameof(SetPassword), "Sets the password of a member")
    {
        Description = "All sessions of the user end, in every organization.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization, Id],
        Body = OperatorRequest.Body(NewPassword) with { Example = JsonNode.Parse("""{"password":"battery staple horse"}""") },
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    /// <summary>
    /// <c>POST organizations/{organization}/members</c>: makes the user, if there is none of this address, and the membership. A user
    /// who exists keeps the password, which need not be given; a member who exists is given the role.
    /// </summary>
    [Function(nameof(SetMember))]
    public Task SetMemberAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, SetMember, (context, cancellationToken) => SetAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/members</c>.</summary>
    [Function(nameof(ListMembers))]
    public Task ListMembersAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, ListMembers, (context, cancellationToken) => ListAsync(context, organization, cancellationToken));

    /// <summary><c>DELETE organizations/{organization}/members/{user}</c>: ends the membership and its sessions. The user remains.</summary>
    [Function(nameof(RemoveMember))]
    public Task RemoveMemberAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string organization, string user) =>
        endpoint.ServeAsync(request, RemoveMember, (context, cancellationToken) => RemoveAsync(context, organization, user, cancellationToken));

    /// <summary><c>PUT organizations/{organization}/members/{user}/password</c>: sets the password and ends all sessions of the user.</summary>
    [Function(nameof(SetPassword))]
    public Task SetPasswordAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One + "/password")] HttpRequest request, string organization, string user) =>
        endpoint.ServeAsync(request, SetPassword, (context, cancellationToken) => SetPasswordAsync(context, organization, user, cancellationToken));

    private async Task SetAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OperatorRequest.ReadBodyAsync(context, SetMember, cancellationToken);
        var email = ReadEmail(body);
        var password = ReadPassword(body, Password);
        var role = body.Read(Role);
        var user = email is null ? null : await users.FindAsync(email, cancellationToken);
        if (user is null && email is not null && !body.IsGiven(Password))
        {
            body.Problems.Missing(Password.Name);
        }

        if (user?.Memberships.Count >= User.MaxMemberships && !user.Memberships.ContainsKey(organization))
        {
            body.Problems.Value(Email.Name, $"that of a user who is a member of fewer than {User.MaxMemberships} organizations");
        }

        body.Conclude(SetMember);
        await accounts.RequireOrganizationAsync(organization, cancellationToken);

        // Whoever loses the race for a new address finds the user that the other one made.
        user ??= await users.CreateAsync(email!, password!) ?? await users.FindAsync(email!, cancellationToken);
        var (member, isNew) = (await memberships.SetAsync(organization, user!, role!))!.Value;
        await WriteAsync(context, isNew ? Created : Kept, member, cancellationToken);
    }

    private async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = OperatorRequest.ReadQuery(context);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, TenantIds.IsUser);
        query.Conclude(ListMembers);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await memberships.ListAsync(organization, after, limit, cancellationToken);
        await Listed.WriteAsync(context, Paging.Show(page, limit, MemberAnswer.Of), cancellationToken);
    }

    private async Task RemoveAsync(HttpContext context, string organization, string user, CancellationToken cancellationToken)
    {
        RequireIds(organization, user);
        var member = await memberships.RemoveAsync(organization, user) ?? throw NotFound();
        await WriteAsync(context, Removed, member, cancellationToken);
    }

    private async Task SetPasswordAsync(HttpContext context, string organization, string user, CancellationToken cancellationToken)
    {
        var body = await OperatorRequest.ReadBodyAsync(context, SetPassword, cancellationToken);
        var password = ReadPassword(body, NewPassword);
        body.Conclude(SetPassword);

        RequireIds(organization, user);
        var member = await memberships.FindAsync(organization, user, cancellationToken) ?? throw NotFound();
        await users.SetPasswordAsync(member.Email, password!);
        await WriteAsync(context, Shown, member, cancellationToken);
    }

    private static string? ReadEmail(RequestReader body)
    {
        if (body.Read(Email) is not { } email)
        {
            return null;
        }

        if (!MailAddress.TryCreate(email, out var parsed) || parsed.Address != email)
        {
            body.Problems.Value(Email.Name, "an e-mail address");
            return null;
        }

        return User.Normalize(email);
    }

    // A text that could be no password, however long, is told so first.
    private static string? ReadPassword(RequestReader body, TextField field)
    {
        var password = body.Read(field with { MinLength = 1 });
        if (password is not null && !Characters.Exceed(password, field.MinLength - 1))
        {
            body.Problems.Value(field.Name, $"{field.MinLength} to {field.MaxLength} characters");
        }

        return password;
    }

    private static void RequireIds(string organization, string user)
    {
        if (!TenantIds.IsAccount(organization) || !TenantIds.IsUser(user))
        {
            throw NotFound();
        }
    }

    private static ApiException NotFound() => OperatorSurface.NotFound("Member");

    private static Task WriteAsync(HttpContext context, Answer<Answered<MemberAnswer>> answer, Member member, CancellationToken cancellationToken) =>
        answer.WriteAsync(context, new(MemberAnswer.Of(member)), cancellationToken);
}
