using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Storage;

namespace Serverless.Tests.Hosting;

/// <summary>What stores need to leave out rows that cannot be read, outside of an application.</summary>
public static class Unreadable
{
    /// <summary>Notes rows of an account.</summary>
    public static UnreadableRows Of(TableServiceClient tables) => new(tables, TimeProvider.System, NullLogger<UnreadableRows>.Instance);
}
