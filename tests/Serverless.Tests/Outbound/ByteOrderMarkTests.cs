using System.Text;
using Serverless.Outbound;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Outbound;

/// <summary>Answers of others that begin with a byte order mark, in every encoding that has one.</summary>
public sealed class ByteOrderMarkTests
{
    private const string Text = """{"a":"é😀"}""";

    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void The_text_after_it_is_left_in_UTF_8(string name)
    {
        var encoding = Encoding.GetEncoding(name);

        Assert.Equal(Text, Encoding.UTF8.GetString(ByteOrderMark.Remove((byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes(Text)]).Span));
        Assert.Empty(ByteOrderMark.Remove(encoding.GetPreamble()).ToArray());
    }

    [Fact]
    public void Text_without_it_is_left_as_it_is()
    {
        Assert.Empty(ByteOrderMark.Remove(default).ToArray());
        Assert.Equal([0xEF, 0xBB, 0x20], ByteOrderMark.Remove((byte[])[0xEF, 0xBB, 0x20]).ToArray());
    }

    [Fact]
    public async Task A_chat_model_is_understood_all_the_same()
    {
        await using var server = await ChatModelServer.StartAsync();
        server.Respond = context => ChatModelServer.AnswerAsync(context, 200, "\ufeff" + ChatModelServer.Completion("Hello"));
        using var model = server.Connect();

        Assert.Equal("Hello", (await model.CompleteAsync([ChatMessage.User("Hi")], 10, CancellationToken.None)).Text);
    }

    [Fact]
    public async Task A_search_provider_is_understood_all_the_same()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        host.Upstream.Script = context => ScriptedUpstream.Says(
            context, 200, "application/json", "\ufeff" + """{"results":[{"title":"T","url":"https://example.com/","content":"C"}]}""");

        var found = await agent.FindAsync("question");

        Assert.Single(found["results"]!.AsArray());
    }
}
