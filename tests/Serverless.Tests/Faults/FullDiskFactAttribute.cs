namespace Serverless.Tests.Faults;

/// <summary>A test in which the files of a process may not grow for a while.</summary>
public sealed class FullDiskFactAttribute : FactAttribute
{
    public FullDiskFactAttribute()
    {
        if (!File.Exists("/usr/bin/prlimit"))
        {
            Skip = "There is no prlimit (util-linux), which says how large the files of a process may grow.";
        }
    }
}
