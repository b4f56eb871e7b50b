using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Outbound;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;

namespace Serverless.Tests.Outbound;

/// <summary>Asking a chat model, and what can go wrong.</summary>
public sealed class ChatModelTests : IAsyncLifetime
{
    private static readonly IReadOnlyList<ChatMessage> Messages = [ChatMessage.System("Be \"brief\"."), ChatMessage.User("Größe 😀?")];

    private ChatModelServer _server = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _server = await ChatModelServer.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_model_is_asked_as_OpenAI_s_is_and_its_answer_understood()
    {
        _server.Respond = context => ChatModelServer.AnswerAsync(context, 200, ChatModelServer.Completion("42 😀", "test-model-2026"));
        using var model = _server.Connect();

        var answer = await model.CompleteAsync(Messages, 300, CancellationToken.None);

        Assert.True(model.IsConfigured);
        Assert.Equal(new ChatAnswer("42 😀", "test-model-2026", 21, 4), answer);
        var request = Assert.Single(_server.Requests);
        Assert.Equal(("Bearer " + ChatModelServer.ApiKey, "application/json"), (request.Authorization, request.ContentType));
        Assert.Equal(
            """{"model":"test-model","messages":[{"role":"system","content":"Be \u0022brief\u0022."},{"role":"user","content":"Gr\u00F6\u00DFe \uD83D\uDE00?"}],"max_tokens":300}""",
            request.Body.ToJsonString());
    }

    [Fact]
    public async Task A_model_that_wants_no_key_is_sent_none()
    {
        using var model = ChatModelServer.Connect(new Dictionary<string, string?>(_server.Settings) { ["Ai:ApiKey"] = "" });

        await model.CompleteAsync(Messages, 300, CancellationToken.None);

        Assert.Equal("", Assert.Single(_server.Requests).Authorization);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("?api-version=1")]
    public async Task The_address_may_end_in_a_slash_or_have_a_query(string end)
    {
        var query = new TaskCompletionSource<string>();
        _server.Respond = context =>
        {
            query.SetResult(context.Request.QueryString.Value ?? "");
            return ChatModelServer.AnswerAsync(context, 200, ChatModelServer.Completion("Hello"));
        };
        using var model = ChatModelServer.Connect(new Dictionary<string, string?>(_server.Settings) { ["Ai:Endpoint"] = _server.Endpoint + end });

        await model.CompleteAsync(Messages, 300, CancellationToken.None);

        Assert.Equal(end.TrimStart('/'), await query.Task);
    }

    [Theory]
    [InlineData("api.openai.com", "max_completion_tokens")]
    [InlineData("contoso.openai.azure.com", "max_completion_tokens")]
    [InlineData("api.openai.com.example", "max_tokens")]
    [InlineData("localhost", "max_tokens")]
    public void The_limit_of_an_answer_has_the_name_that_the_server_knows(string host, string name) =>
        Assert.EndsWith($",\"{name}\":7}}", Encoding.UTF8.GetString(ChatCompletion.Request("m", [], 7, host).Span), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"Hello"}}]}""")]
    [InlineData("""{"error":null,"model":null,"choices":[{"message":{"content":"Hello","refusal":null}},5],"usage":{"prompt_tokens":"many"}}""")]
    [InlineData("""{"choices":[{"message":{"content":"Hello"}}],"usage":null,"model":5}""")]
    public async Task An_answer_needs_no_more_than_its_text(string body)
    {
        _server.Respond = context => ChatModelServer.AnswerAsync(context, 200, body);
        using var model = _server.Connect();

        Assert.Equal(new ChatAnswer("Hello", ChatModelServer.Model, null, null), await model.CompleteAsync(Messages, 300, CancellationToken.None));
    }

    [Theory]
    [InlineData(400, ChatModelFailure.Refused)]
    [InlineData(401, ChatModelFailure.Refused)]
    [InlineData(403, ChatModelFailure.Refused)]
    [InlineData(404, ChatModelFailure.Refused)]
    [InlineData(307, ChatModelFailure.Refused)]
    [InlineData(408, ChatModelFailure.Unavailable)]
    [InlineData(429, ChatModelFailure.Unavailable)]
    [InlineData(500, ChatModelFailure.Unavailable)]
    [InlineData(503, ChatModelFailure.Unavailable)]
    public async Task A_status_tells_whether_to_try_again(int status, ChatModelFailure failure)
    {
        _server.Respond = context =>
        {
            context.Response.Headers.Location = $"{_server.Endpoint}/elsewhere";
            return ChatModelServer.AnswerAsync(context, status, $$$"""{"error":{"message":"Incorrect API key: {{{ChatModelServer.ApiKey}}}"}}""");
        };

        var failed = await FailAsync(failure);

        Assert.Equal($"The chat model answered {status}", failed.Message);
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData("", ChatModelFailure.BadAnswer)]
    [InlineData("<html>", ChatModelFailure.BadAnswer)]
    [InlineData("[]", ChatModelFailure.BadAnswer)]
    [InlineData("{}", ChatModelFailure.BadAnswer)]
    [InlineData("""{"choices":[]}""", ChatModelFailure.BadAnswer)]
    [InlineData("""{"choices":{"message":{"content":"Hello"}}}""", ChatModelFailure.BadAnswer)]
    [InlineData("""{"choices":[{"message":"Hello"}]}""", ChatModelFailure.BadAnswer)]
    [InlineData("""{"choices":[{"message":{"content":null}}]}""", ChatModelFailure.BadAnswer)]
    [InlineData("""{"choices":[{"message":{"content":" \n"}}]}""", ChatModelFailure.BadAnswer)]
    [InlineData("""{"choices":[{"message":{"content":["Hello"]}}]}""", ChatModelFailure.BadAnswer)]
    [InlineData("""{"choices":[{"message":{"content":null,"refusal":"I would rather not"}}]}""", ChatModelFailure.Refused)]
    [InlineData("""{"error":{"message":"no credit"},"choices":[{"message":{"content":"Hello"}}]}""", ChatModelFailure.Refused)]
    public async Task A_body_without_an_answer_is_a_failure(string body, ChatModelFailure failure)
    {
        _server.Respond = context => ChatModelServer.AnswerAsync(context, 200, body);

        await FailAsync(failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_of_10_MB_is_not_read(bool declaresLength)
    {
        var body = Encoding.UTF8.GetBytes(ChatModelServer.Completion(new string('x', 10 * 1024 * 1024)));
        _server.Respond = async context =>
        {
            context.Response.ContentLength = declaresLength ? body.Length : null;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        };

        await FailAsync(ChatModelFailure.BadAnswer);
    }

    [Fact]
    public async Task An_answer_may_have_1_MB()
    {
        var around = ChatModelServer.Completion("").Length;
        _server.Respond = context => ChatModelServer.AnswerAsync(context, 200, ChatModelServer.Completion(new string('x', ChatModel.MaxAnswerBytes - around)));
        using var model = _server.Connect();

        var answer = await model.CompleteAsync(Messages, 300, CancellationToken.None);

        Assert.Equal(ChatModel.MaxAnswerBytes - around, answer.Text.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_not_whole_after_30_seconds_is_not_waited_for(bool hasBegun)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Respond = async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            if (hasBegun)
            {
                await context.Response.WriteAsync("{\"choices\":");
                await context.Response.Body.FlushAsync();
            }

            asked.SetResult();
            await left.Task;
        };
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        using var model = _server.Connect(time);
        var answering = model.CompleteAsync(Messages, 300, CancellationToken.None);
        await asked.Task.WaitAsync(Patience.Limit);

        Assert.Equal(TimeSpan.FromSeconds(30), await time.AwaitedAsync());
        time.Advance(TimeSpan.FromSeconds(30));

        var failed = await Assert.ThrowsAsync<ChatModelException>(() => answering.WaitAsync(Patience.Limit));
        Assert.Equal((ChatModelFailure.Unavailable, "The chat model did not answer within 30 seconds"), (failed.Failure, failed.Message));
        await left.Task.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task Whoever_gives_up_is_not_told_of_a_failure()
    {
        using var gone = new CancellationTokenSource();
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Respond = async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await gone.CancelAsync();
            await left.Task;
        };
        using var model = _server.Connect();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.CompleteAsync(Messages, 300, gone.Token).WaitAsync(Patience.Limit));
        await left.Task.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_unavailable()
    {
        using var port = TakenPort.Closed();
        using var model = ChatModelServer.Connect(new Dictionary<string, string?>(_server.Settings) { ["Ai:Endpoint"] = $"http://127.0.0.1:{port.Number}/v1" });

        var failed = await Assert.ThrowsAsync<ChatModelException>(() => model.CompleteAsync(Messages, 300, CancellationToken.None));

        Assert.Equal((ChatModelFailure.Unavailable, "The chat model cannot be reached"), (failed.Failure, failed.Message));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_unavailable()
    {
        _server.Respond = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        await FailAsync(ChatModelFailure.Unavailable);
    }

    // What is thrown may be logged: neither the key nor the question stands in it.
    private async Task<ChatModelException> FailAsync(ChatModelFailure failure)
    {
        using var model = _server.Connect();
        var failed = await Assert.ThrowsAsync<ChatModelException>(() => model.CompleteAsync(Messages, 300, CancellationToken.None).WaitAsync(Patience.Limit));
        Assert.Equal(failure, failed.Failure);
        Assert.DoesNotContain(ChatModelServer.ApiKey, failed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Größe", failed.ToString(), StringComparison.Ordinal);
        return failed;
    }
}
