using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;

namespace Serverless.Ingestion;

/// <summary>Adds the way of records into tables, and out again.</summary>
public static class IngestionServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddIngestion(this IServiceCollection services) => services
        .AddSingleton<ChunkStore>()
        .AddSingleton<ChunkQueue>()
        .AddSingleton<ChunkUploads>()
        .AddSingleton<ChunkDelivery>()
        .AddSingleton<RecordReader>();
}
