using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Serverless.Benchmarks")]
[assembly: InternalsVisibleTo("Serverless.Tests")]
