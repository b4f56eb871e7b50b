using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;

namespace Serverless.Ingestion;

/// <summary>Adds the way of records into tables, and out again.</summary>
public static class IngestionServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddIngestion(this IServiceCollection services) => services
        .AddSingleton<ChunkStore>()
        .AddSingleton<ChunkFinder>()
        .AddSingleton<ChunkQueue>()
        .AddSingleton<ChunkUploads>()
        .AddSingleton<ChunkDelivery>()
        .AddSingleton<RecordReader>();
}
