using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>Finds the surface that owns a path.</summary>
/// <param name="surfaces">All surfaces. The first also answers for the paths that nobody owns.</param>
public sealed class SurfaceMap(IEnumerable<Surface> surfaces)
{
    private readonly Surface[] _surfaces = [.. surfaces];

    /// <summary>The owner of a path.</summary>
    public Surface OwnerOf(PathString path) => Array.Find(_surfaces, surface => surface.Owns(path)) ?? _surfaces[0];
}
