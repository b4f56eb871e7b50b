using System.Net.Mail;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Texts;

namespace Serverless.Organizations;

/// <summary>Who changes the members of an organization.</summary>
public enum ChangedBy
{
    /// <summary>The operator, who may do anything, and knows all users anyway.</summary>
    Operator,

    /// <summary>An owner: of people who were never members here nothing is told, and there has to be an owner afterwards.</summary>
    Owner,
}

/// <summary>The people of an organization. Whoever serves these operations says under which name, and to whom.</summary>
public sealed class OrganizationMembers(AccountStore accounts, UserStore users, MembershipStore memberships)
{
    private const int MaxEmailLength = 254;

    private static readonly TextField Id = new("user", "The id of the user.");
    private static readonly TextField Email = OrganizationRequest.Text("email", "The e-mail address, in whatever case.", MaxEmailLength) with { IsRequired = true, Format = "email" };
    private static readonly OptionField Role = OrganizationRequest.Option("role", "What the member may do.", Roles.All) with { IsRequired = true };

    private static readonly TextField Password =
        OrganizationRequest.Text("password", "The password. It is ignored for a user who exists, and required for anybody else.", UserStore.MaxPasswordLength) with { MinLength = UserStore.MinPasswordLength };

    private static readonly TextField NewPassword = Password with { Description = "The new password.", IsRequired = true };

    private static readonly Answer<Answered<MemberAnswer>> Shown = Answer.Json(200, "The member.", OrganizationJson.Default.AnsweredMemberAnswer) with
    {
        Example = """{"data":{"userId":"4320e808-6d5a-4057-ae83-33fd36964a86","email":"ann@example.com","role":"owner","status":"active","createdAt":"2026-11-21T19:48:10.9600578Z"}}""",
    };

    private static readonly Answer<Answered<MemberAnswer>> Created = Shown with { Status = 201, Description = "The new member." };
    private static readonly Answer<Answered<MemberAnswer>> Kept = Shown with { Description = "The member, who was one already." };
    private static readonly Answer<Answered<MemberAnswer>> Removed = Shown with { Description = "Who was the member." };
    private static readonly Answer<Page<MemberAnswer>> Listed = Answer.Json(200, "A page of members.", OrganizationJson.Default.PageMemberAnswer);

    /// <summary>Makes a user a member.</summary>
    internal static ApiOperation Set { get; } = new("SetMember", "Makes a user a member, or gives a member another role")
    {
        Description = "A user is found by the e-mail address; one that does not exist yet is made. A user who exists keeps the password. "
            + "A member who is given a role has to log in again.",
        Body = OrganizationRequest.Body(Email, Password, Role) with { Example = """{"email":"ann@example.com","password":"correct horse battery","role":"owner"}""" },
        Answers = [Created, Kept],
    };

    /// <summary>Lists members.</summary>
    internal static ApiOperation List { get; } = new("ListMembers", "Lists the members of an organization")
    {
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
    };

    /// <summary>Ends a membership.</summary>
    internal static ApiOperation Remove { get; } = new("RemoveMember", "Ends a membership")
    {
        Description = "Its sessions end, too. The user remains.",
        Path = [Id],
        Answers = [Removed],
        Errors = [NotFound().Error],
    };

    /// <summary>Sets the password of a member.</summary>
    internal static ApiOperation SetPassword { get; } = new("SetPassword", "Sets the password of a member")
    {
        Description = "All sessions of the user end, in every organization.",
        Path = [Id],
        Body = OrganizationRequest.Body(NewPassword) with { Example = """{"password":"battery staple horse"}""" },
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    /// <summary>409: an organization cannot be without an owner.</summary>
    internal static ApiException OwnerRequired() =>
        new(new(StatusCodes.Status409Conflict, "CONFLICT", "The organization needs an owner: make somebody else one first"));

    /// <summary>
    /// Makes the user, if there is none of this address, and the membership. A user who exists keeps the password; a member who exists is given the role.
    /// </summary>
    public async Task SetAsync(HttpContext context, string organization, ChangedBy by, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, Set, cancellationToken);
        var email = ReadEmail(body);
        var password = ReadPassword(body, Password);
        var role = body.Read(Role);
        var user = email is null ? null : await users.FindAsync(email, cancellationToken);
        var isKnown = user is not null && (by == ChangedBy.Operator || await memberships.IsOrWasAsync(organization, user.Id, cancellationToken));
        if (!isKnown && email is not null && !body.IsGiven(Password))
        {
            body.Problems.Missing(Password.Name);
        }

        if (user?.Memberships.Count >= User.MaxMemberships && !user.Memberships.ContainsKey(organization))
        {
            body.Problems.Value(
                Email.Name, by == ChangedBy.Owner ? "that of somebody who can become a member" : $"that of a user who is a member of fewer than {User.MaxMemberships} organizations");
        }

        body.Conclude(Set);
        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        if (!isKnown)
        {
            // Whoever loses the race for a new address finds the user that the other one made; and whether there was one cannot be told from the work it takes.
            user = await users.CreateAsync(email!, password!) ?? await users.FindAsync(email!, cancellationToken);
        }

        await KeepingOwnerAsync(async () =>
        {
            var (member, isNew) = await memberships.SetAsync(organization, user!, role!, keepsOwner: by == ChangedBy.Owner)
                ?? throw RequiredAccounts.NotFound(AccountKind.Organization);
            await WriteAsync(context, isNew ? Created : Kept, member, cancellationToken);
        });
    }

    /// <summary>Lists the members of an organization.</summary>
    public async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = OrganizationRequest.ReadQuery(context);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, TenantIds.IsUser);
        query.Conclude(List);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await memberships.ListAsync(organization, after, limit, cancellationToken);
        await Listed.WriteAsync(context, Paging.Show(page, limit, MemberAnswer.Of), cancellationToken);
    }

    /// <summary>Ends a membership and its sessions. The user remains.</summary>
    public async Task RemoveAsync(HttpContext context, string organization, string user, ChangedBy by, CancellationToken cancellationToken)
    {
        await RequireOwnerAsync(organization, user, cancellationToken);
        await KeepingOwnerAsync(async () =>
        {
            var member = await memberships.RemoveAsync(organization, user, keepsOwner: by == ChangedBy.Owner) ?? throw NotFound();
            await WriteAsync(context, Removed, member, cancellationToken);
        });
    }

    /// <summary>Sets the password of a member, and ends all sessions of the user.</summary>
    public async Task SetPasswordAsync(HttpContext context, string organization, string user, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, SetPassword, cancellationToken);
        var password = ReadPassword(body, NewPassword);
        body.Conclude(SetPassword);

        await RequireOwnerAsync(organization, user, cancellationToken);
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

    private Task RequireOwnerAsync(string organization, string user, CancellationToken cancellationToken) =>
        TenantIds.IsUser(user) ? accounts.RequireOwnerOfAsync(organization, "Member", cancellationToken) : throw NotFound();

    private static async Task KeepingOwnerAsync(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (LastOwnerException)
        {
            throw OwnerRequired();
        }
    }

    private static ApiException NotFound() => RequiredAccounts.NotFound("Member");

    private static Task WriteAsync(HttpContext context, Answer<Answered<MemberAnswer>> answer, Member member, CancellationToken cancellationToken) =>
        answer.WriteAsync(context, new(MemberAnswer.Of(member)), cancellationToken);
}
