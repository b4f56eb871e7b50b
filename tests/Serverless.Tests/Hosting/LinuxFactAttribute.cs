namespace Serverless.Tests.Hosting;

/// <summary>A test that reads <c>/proc</c>.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Only Linux says in /proc how much memory a process took at its peak.";
        }
    }
}
