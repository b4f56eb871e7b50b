using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("UseDevelopmentStorage=true", "devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1")]
    [InlineData("usedevelopmentstorage=true;", "devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite", "devstoreaccount1", "http://azurite:10002/devstoreaccount1")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Kg==;EndpointSuffix=core.windows.net", "a", "https://a.table.core.windows.net/")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=Kg==;EndpointSuffix=local", "a", "http://a.table.local/")]
    [InlineData("AccountName=a;AccountKey=Kg==;EndpointSuffix=core.windows.net", "a", "https://a.table.core.windows.net/")]
    [InlineData("AccountName=a;AccountKey=Kg==;TableEndpoint=http://host:7/a;BlobEndpoint=http://host:8/a;", "a", "http://host:7/a")]
    [InlineData("AccountName=a;AccountKey=Kg==;TableEndpoint=http://host:7/a/;EndpointSuffix=core.windows.net", "a", "http://host:7/a/")]
    public void A_connection_string_leads_to_an_account(string connectionString, string account, string address)
    {
        var service = new TableServiceClient(connectionString);
        var table = new TableClient(connectionString, "logs");

        Assert.Equal((account, new Uri(address)), (service.AccountName, service.Uri));
        Assert.Equal((account, new Uri($"{address.TrimEnd('/')}/logs")), (table.AccountName, table.Uri));
    }

    [Theory]
    [InlineData("nonsense", typeof(InvalidOperationException))]
    [InlineData("AccountName=a;AccountKey", typeof(InvalidOperationException))]
    [InlineData("AccountName=;AccountKey=Kg==;EndpointSuffix=core.windows.net", typeof(InvalidOperationException))]
    [InlineData("=a", typeof(InvalidOperationException))]
    [InlineData("AccountName=a;AccountName=b;AccountKey=Kg==;EndpointSuffix=core.windows.net", typeof(InvalidOperationException))]
    [InlineData("AccountName=a;AccountKey=not base64;EndpointSuffix=core.windows.net", typeof(FormatException))]
    [InlineData("AccountName=a;AccountKey=Kg==;TableEndpoint=nowhere", typeof(UriFormatException))]
    [InlineData("UseDevelopmentStorage=false", typeof(ArgumentException))]
    [InlineData("AccountName=a;AccountKey=Kg==", typeof(ArgumentException))]
    [InlineData("AccountName=a;EndpointSuffix=core.windows.net", typeof(ArgumentException))]
    [InlineData("AccountKey=Kg==;EndpointSuffix=core.windows.net", typeof(ArgumentException))]
    [InlineData("TableEndpoint=http://host:7/a", typeof(ArgumentException))]
    [InlineData("", typeof(ArgumentException))]
    public void An_invalid_connection_string_is_refused(string connectionString, Type exception) =>
        Assert.Throws(exception, () => new TableServiceClient(connectionString));

    [Fact]
    public void An_error_never_shows_the_key()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new TableServiceClient("AccountName=a;AccountKey=c2VjcmV0;AccountKey=c2VjcmV0"));

        Assert.Equal("The connection string names 'AccountKey' twice.", exception.Message);
    }
}
