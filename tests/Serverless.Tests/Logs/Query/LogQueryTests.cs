using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Ingestion.Index;
using Serverless.Logs.Entries;
using Serverless.Logs.Query;

namespace Serverless.Tests.Logs.Query;

/// <summary>The language of questions: what each finds, and where a mistake is.</summary>
[Trait("Category", "Fast")]
public sealed class LogQueryTests
{
    private static readonly JsonObject Entry = (JsonObject)JsonNode.Parse(
        """
        {
          "timestamp": "2026-01-26T14:30:00Z", "level": "error", "message": "Connection to db-7.internal refused: timeout_ms=500 (Größe \"x\")",
          "environment": "production", "project_id": "shop", "trace_id": "t:1", "span_id": "s1", "parent_span_id": "s0", "privacy_mode": true,
          "metadata": {"ms": 512.5, "text": "a b", "user": {"id": "42", "name.first": "Ann"}, "at": "2026-01-26T12:00:00+01:00", "ok": false, "none": null, "list": [1]},
          "error": {"type": "TimeoutError", "message": "gave up", "context": {"tries": 3}}
        }
        """)!;

    [Theory]
    [InlineData("connection")]
    [InlineData("CONNECTION refused")]
    [InlineData("\"connection to db-7\"")]
    [InlineData("\"REFUSED: TIMEOUT_MS\"")]
    [InlineData("größe")]
    [InlineData("db-7.internal")]
    [InlineData("conn*")]
    [InlineData("*")]
    [InlineData("\"(GRÖßE \\\"x\\\")\"")]
    [InlineData("/refused|accepted/")]
    [InlineData("/CONNECTION/i")]
    [InlineData("/ms=\\d+ \\(/")]
    [InlineData("level:error")]
    [InlineData("level:>=warn")]
    [InlineData("level:<fatal level:>info")]
    [InlineData("level:err*")]
    [InlineData("environment:production")]
    [InlineData("environment:prod*")]
    [InlineData("environment:/^prod/")]
    [InlineData("project_id:shop trace_id:\"t:1\"")]
    [InlineData("trace_id:t:1")]
    [InlineData("span_id:s1 parent_span_id:s0")]
    [InlineData("privacy_mode:true")]
    [InlineData("timestamp:>2026-01-26T14:29:59Z timestamp:<=2026-01-26T14:30:00Z")]
    [InlineData("metadata.ms:>500")]
    [InlineData("metadata.ms:>=512.5 metadata.ms:<=512.5")]
    [InlineData("metadata.ms:512.5")]
    [InlineData("metadata.user.id:42 metadata.user.id:<43")]
    [InlineData("metadata.user.name.first:Ann")]
    [InlineData("metadata.text:\"a b\"")]
    [InlineData("metadata.at:>2026-01-26T10:59:59Z metadata.at:<2026-01-26T11:00:01Z")]
    [InlineData("metadata.ok:false metadata.none:null")]
    [InlineData("metadata.ms:*")]
    [InlineData("error.type:TimeoutError error.context.tries:>2")]
    [InlineData("error.message:\"gave up\"")]
    [InlineData("message:refused")]
    [InlineData("message:\"to db-7\"")]
    [InlineData("nothing OR refused")]
    [InlineData("NOT nothing")]
    [InlineData("NOT (nothing OR level:debug) AND refused")]
    [InlineData("nothing AND more OR refused")]
    [InlineData("NOT NOT refused")]
    [InlineData("(((refused)))")]
    [InlineData("NOT level:info")]
    public void These_find_the_entry(string query) => Assert.True(Matches(query));

    [Theory]
    [InlineData("connect")] // words are whole
    [InlineData("timeout")]
    [InlineData("\"nection to\"")]
    [InlineData("\"connection refused\"")]
    [InlineData("nect*")]
    [InlineData("/connection/")]
    [InlineData("level:warn")]
    [InlineData("level:>error")]
    [InlineData("environment:Production")] // values as they are
    [InlineData("environment:prod")]
    [InlineData("metadata.ms:>512.5")]
    [InlineData("metadata.MS:512.5")]
    [InlineData("metadata.text:>5")]
    [InlineData("metadata.user:*")] // objects and arrays have no value
    [InlineData("metadata.list:1")]
    [InlineData("metadata.nothing:*")]
    [InlineData("NOT refused")]
    [InlineData("refused nothing")]
    [InlineData("refused AND (nothing OR more)")]
    [InlineData("timestamp:<2026-01-26T14:30:00Z")]
    [InlineData("error.type:timeouterror")]
    public void These_do_not(string query) => Assert.False(Matches(query));

    [Theory]
    [InlineData("", 1, "a word, a \"phrase\" or field:value is missing")]
    [InlineData("a AND", 6, "a word, a \"phrase\" or field:value is missing")]
    [InlineData("OR a", 1, "a word, a \"phrase\" or field:value is missing")]
    [InlineData("a (b OR", 8, "a word, a \"phrase\" or field:value is missing")]
    [InlineData("a (b", 3, "there is no \")\" for this \"(\"")]
    [InlineData("a b)", 4, "there is no \"(\" for this \")\"")]
    [InlineData("x \"abc", 3, "there is no \"\"\" at the end of this phrase")]
    [InlineData("x \"\"", 3, "this phrase is empty")]
    [InlineData("/abc", 1, "there is no \"/\" at the end of this regular expression")]
    [InlineData("a*b", 1, "an asterisk may stand at the end only; a regular expression can do more")]
    [InlineData("level:", 7, "a value is missing")]
    [InlineData("level: error", 7, "a value is missing")]
    [InlineData("level:loud", 7, "there is no level \"loud\"; there are debug, info, warn, error, fatal, panic")]
    [InlineData("level:>5", 7, "a level is compared with one of debug, info, warn, error, fatal, panic")]
    [InlineData("timestamp:>5", 11, "a timestamp is compared with a time such as 2026-01-26T14:30:00Z")]
    [InlineData("metadata.a:>many", 12, "values are compared with a number, or a time such as 2026-01-26T14:30:00Z")]
    [InlineData("metadata.a:>NaN", 12, "values are compared with a number, or a time such as 2026-01-26T14:30:00Z")]
    [InlineData("environment:>5", 13, "only level, timestamp, metadata and error can be compared")]
    public void A_mistake_is_named_with_its_place(string query, int character, string problem)
    {
        var wrong = Assert.Throws<LogQueryException>(() => LogQueryParser.Parse(query));
        Assert.Equal((character, problem), (wrong.Offset + 1, wrong.Message));
    }

    [Theory]
    [InlineData("a metadata:x", 3, "there is no field \"metadata\"; ")]
    [InlineData("metadata.:x", 1, "there is no field \"metadata.\"; ")]
    [InlineData("https://example.org", 1, "there is no field \"https\"; ")]
    [InlineData("Level:error", 1, "there is no field \"Level\"; ")]
    [InlineData("a /(/", 3, "this is no regular expression that can be matched without backtracking: ")]
    [InlineData("/(a)\\1/", 1, "this is no regular expression that can be matched without backtracking: ")]
    [InlineData("/((a{99}){99}){99}/", 1, "this is no regular expression that can be matched without backtracking: ")]
    [InlineData("/(?=a)/", 1, "this is no regular expression that can be matched without backtracking: ")]
    public void A_mistake_that_takes_more_words_is_named_with_its_place(string query, int character, string problem)
    {
        var wrong = Assert.Throws<LogQueryException>(() => LogQueryParser.Parse(query));
        Assert.Equal(character, wrong.Offset + 1);
        Assert.StartsWith(problem, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_is_bounded()
    {
        Assert.NotNull(LogQueryParser.Parse(string.Join(' ', Enumerable.Repeat("a", LogQueryParser.MaxConditions))));
        Assert.Throws<LogQueryException>(() => LogQueryParser.Parse(string.Join(' ', Enumerable.Repeat("a", LogQueryParser.MaxConditions + 1))));
        Assert.NotNull(LogQueryParser.Parse(new string('(', 20) + "a" + new string(')', 20)));
        Assert.Throws<LogQueryException>(() => LogQueryParser.Parse(new string('(', 21) + "a" + new string(')', 21)));
        Assert.Throws<LogQueryException>(() => LogQueryParser.Parse(string.Concat(Enumerable.Repeat("NOT ", 21)) + "a"));
        Assert.Throws<LogQueryException>(() => LogQueryParser.Parse(new string('a', LogQueryParser.MaxLength + 1)));
        Assert.Throws<LogQueryException>(() => LogQueryParser.Parse($"/{new string('a', 201)}/"));
    }

    [Theory]
    [InlineData("level:error OR level:>=fatal", "error fatal panic")]
    [InlineData("NOT level:debug", "info warn error fatal panic")]
    [InlineData("level:error x", "error")]
    [InlineData("level:error OR x", "debug info warn error fatal panic")]
    [InlineData("level:error level:info", "")]
    public void The_levels_that_can_match_are_known(string query, string levels)
    {
        var known = LogQueryParser.Parse(query).Levels;
        Assert.Equal(levels, string.Join(' ', LogLevels.Names.Where((_, level) => (known >> level & 1) != 0)));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("\"connection to db\"")]
    [InlineData("\"to db-7\" conn*")]
    [InlineData("trace_id:t:1")]
    [InlineData("metadata.user.id:42")]
    [InlineData("metadata.user.name.first:Ann")]
    [InlineData("metadata.none:null")]
    [InlineData("error.type:TimeoutError")]
    [InlineData("nothing OR refused")]
    [InlineData("NOT nothing")]
    public void The_terms_of_a_question_are_among_those_of_what_it_finds(string query)
    {
        using var terms = new TermSet();
        LogTerms.Add(Line(), terms);
        var known = terms.ToSortedArray().ToHashSet();

        Assert.True(LogQueryParser.Parse(query).Terms.MayMatch(known.Contains));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("nothing refused")]
    [InlineData("nothing OR more")]
    [InlineData("metadata.user.id:43")]
    [InlineData("trace_id:t2")]
    [InlineData("metadata.id:42")]
    public void What_terms_exclude_need_not_be_opened(string query)
    {
        using var terms = new TermSet();
        LogTerms.Add(Line(), terms);
        var known = terms.ToSortedArray().ToHashSet();

        Assert.False(LogQueryParser.Parse(query).Terms.MayMatch(known.Contains));
    }

    [Theory]
    [InlineData("conn*")]
    [InlineData("/refused/")]
    [InlineData("metadata.ms:>5")]
    [InlineData("NOT refused")]
    [InlineData("refused OR conn*")]
    [InlineData("environment:production level:error")]
    public void Of_these_no_term_is_known(string query) => Assert.Equal(TermQuestion.Anything, LogQueryParser.Parse(query).Terms);

    private static bool Matches(string query) =>
        new LogMatcher(LogQueryParser.Parse(query)).Matches(Line(), LogLevels.Find(Encoding.UTF8.GetBytes(Entry["level"]!.GetValue<string>())));

    private static byte[] Line()
    {
        var line = new JsonObject { ["id"] = "0123456789abcdef0123456789abcdef-0000" };
        foreach (var (name, value) in Entry)
        {
            line[name] = value?.DeepClone();
        }

        return JsonSerializer.SerializeToUtf8Bytes(line);
    }
}
