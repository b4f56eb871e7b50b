using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Serverless.Tests.Logs;

/// <summary>The largest batch there can be: 1,000 entries with all the metadata they may have, made while it is sent.</summary>
internal sealed class LargeBatch : HttpContent
{
    /// <summary>How many entries it has.</summary>
    public const int Entries = 1000;

    // Six bits a letter: nothing a compressor could find in it.
    private const int RandomBytes = 76_500;

    private static readonly byte[] Opening = "{\"logs\":["u8.ToArray();
    private static readonly byte[] Closing = "]}"u8.ToArray();
    private static readonly string Filler = new('.', 2_600);

    public LargeBatch() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

    /// <summary>The size of the body.</summary>
    public static long Size => Opening.Length + (Entries * (long)Entry(0).Length) + Entries - 1 + Closing.Length;

    /// <summary>The message of an entry.</summary>
    public static string Message(int number) => $"{number:D4}{Filler}";

    /// <summary>What the metadata of an entry holds: the same every time, and different in each.</summary>
    public static string Data(int number)
    {
        var bytes = new byte[RandomBytes];
        new Random(number).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(Opening);
        for (var number = 0; number < Entries; number++)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes((number > 0 ? "," : "") + Entry(number)));
        }

        await stream.WriteAsync(Closing);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Size;
        return true;
    }

    private static string Entry(int number) =>
        $$"""{"timestamp":"2026-01-26T14:30:00.{{number:D4}}Z","level":"info","message":"{{Message(number)}}","metadata":{"data":"{{Data(number)}}" } }""";
}
