using Serverless.Outbound.Search;

namespace Serverless.Tests.Outbound.Search;

/// <summary>How far a source is trusted, by its domain alone.</summary>
[Trait("Category", "Fast")]
public sealed class CredibilityTests
{
    [Theory]
    [InlineData("whitehouse.gov", 1.0)]
    [InlineData("www.nasa.gov", 1.0)]
    [InlineData("WWW.NASA.GOV", 1.0)]
    [InlineData("nasa.gov.", 1.0)]
    [InlineData("www.greenplan.gov.sg", 1.0)]
    [InlineData("www.gov.uk", 1.0)]
    [InlineData("gov.uk", 1.0)]
    [InlineData("mit.edu", 0.9)]
    [InlineData("www.sydney.edu.au", 0.9)]
    [InlineData("www.ox.ac.uk", 0.9)]
    [InlineData("ac.uk", 0.5)]
    [InlineData("www.bbc.co.uk", 0.8)]
    [InlineData("bbc.com", 0.8)]
    [InlineData("uk.reuters.com", 0.8)]
    [InlineData("apnews.com", 0.8)]
    [InlineData("www.npr.org", 0.8)]
    [InlineData("abcnews.go.com", 0.8)]
    [InlineData("go.com", 0.5)]
    [InlineData("wikipedia.org", 0.7)]
    [InlineData("en.wikipedia.org", 0.7)]
    [InlineData("example.org.uk", 0.5)]
    [InlineData("example.com", 0.5)]
    [InlineData("whitehouse.gov.example.com", 0.5)]
    [InlineData("gov.example.com", 0.5)]
    [InlineData("example-gov.com", 0.5)]
    [InlineData("mygov", 0.5)]
    [InlineData("gov", 0.5)]
    [InlineData("org", 0.5)]
    [InlineData("notbbc.com", 0.5)]
    [InlineData("bbc.com.example.net", 0.5)]
    [InlineData("nasa.gov.123", 0.5)]
    [InlineData("127.0.0.1", 0.5)]
    [InlineData("[::1]", 0.5)]
    [InlineData("", 0.5)]
    public void A_host_has_the_score_of_its_kind(string host, double score) => Assert.Equal((decimal)score, Credibility.Of(host));
}
