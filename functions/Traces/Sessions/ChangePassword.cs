using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>
/// <c>PUT /v1/auth/password</c>: another password for whoever knows the old one. All sessions of the user end with it, and the caller goes on with a new one.
/// </summary>
public sealed class ChangePassword(
    SurfaceEndpoint endpoint, SessionGate gate, LoginAttempts attempts, MembershipStore memberships, UserStore users, SessionStore sessions)
{
    private static readonly TextField OldPassword = new("old_password", "The password as it is.") { IsRequired = true, MinLength = 1 };
    private static readonly TextField NewPassword =
        new("new_password", "The password as it is to be.") { IsRequired = true, MinLength = UserStore.MinPasswordLength, MaxLength = UserStore.MaxPasswordLength };

    private static readonly Body Passwords = new(8 * 1024, OldPassword, NewPassword)
    {
        Example = """{"old_password":"correct horse battery staple","new_password":"battery staple horse"}""",
    };

    private static readonly ApiOperation Operation = new(nameof(ChangePassword), "Changes the password")
    {
        Description = "All sessions of the user end, in every organization. A new one begins in place of the caller's; one that came by cookie is set there anew. "
            + "Attempts are limited by the e-mail address, together with those to log in.",
        Credentials = SessionCredential.Both,
        Body = Passwords,
        Answers = [LoginAnswer.Begun],
        Errors = [LumiqTrace.Suspended().Error, WrongPassword().Error],
    };

    /// <summary><c>PUT /v1/auth/password</c>: another password.</summary>
    [Function(nameof(ChangePassword))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/auth/password")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await gate.AdmitAsync(context);
        var body = await RequestReader.OfBodyAsync(context.Request, Passwords, new TraceProblems(), cancellationToken);
        var (oldPassword, newPassword) = (body.Read(OldPassword), body.Read(NewPassword));
        body.Problems.Conclude();

        // Whoever ceased to be a member a moment ago has no session any more.
        var member = await memberships.FindAsync(caller.Account.Id, caller.Key.User, cancellationToken) ?? throw LumiqTrace.NotAuthenticated();
        await attempts.CountAsync(member.Email);
        var user = await users.VerifyAsync(member.Email, oldPassword!, cancellationToken) ?? throw WrongPassword();

        // Of two changes at once the second finds that the old password is no longer right.
        var changed = await users.SetPasswordAsync(user.Email, newPassword!, user.PasswordVersion) ?? throw WrongPassword();
        var session = await sessions.CreateAsync(changed, caller.Account.Id) ?? throw LumiqTrace.NotAuthenticated();
        await LoginAnswer.WriteAsync(context, session, SessionCredential.IsByCookie(context.Request), cancellationToken);
    }

    private static ApiException WrongPassword() => new(new(StatusCodes.Status403Forbidden, "WRONG_PASSWORD", "The password is not right"));
}
