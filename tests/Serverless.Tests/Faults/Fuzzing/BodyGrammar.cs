using System.Text;

namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>
/// Makes malformed bodies of a valid one: by the tokens of JSON, so that most of what comes out is nearly right, and by its bytes. The same
/// random numbers give the same body.
/// </summary>
/// <param name="random">The random numbers.</param>
internal sealed class BodyGrammar(Random random)
{
    private const int MostEdits = 4;
    private static readonly int[] Depths = [2, 15, 62, 63, 64, 65, 66, 500, 20_000];
    private static readonly byte[][] BrokenText =
    [
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x00], [0x80], [0x1B], [0x7F],
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "-0", "0.1", "1e400", "-1e400", "1e-400", "1E5", "123456789012345678901234567890", "9223372036854775808",
        "2147483648", "-9223372036854775809", "0.12345678901234567890123456789", "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x1F", "1_000",
        "\"\"", "\" \"", "\"a\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\udca9\"", "\"\\u0000\"", "\"\\u202e\"", "\"\\x\"", "\"\\", "\"", "'a'",
        "\"0\"", "\"null\"", "\"2026-13-45T99:99:99Z\"", "\"9999-12-31T23:59:59.999999999Z\"", "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+23:59\"",
        "\"2026-11-22T00:00:00+99:00\"", "\"<script>\"", "\"../../etc/passwd\"", "\"{{inputs.Who}}\"", "\"{{steps.a}}\"", "\"{{\"", "\"{{inputs.\"",
        "\"http://127.0.0.1/\"", "\"http://[::1\"", "\"http://169.254.169.254/\"", "\"file:///etc/passwd\"", "\"http://a:b@127.0.0.1\"", "\"//\"",
        "[]", "{}", "[[]]", "[{}]", "[null]", "{\"\":{}}", "/*c*/", "//c\n", "undefined", "tru", "nul", "\"\r\n\"", "\"\t\"", "\"\u00e9\"", "\"\ud83d\ude00\"",
    ];

    private static readonly string[] Marks = ["{", "}", "[", "]", ",", ":", ",,", "::", ";", "\n", "\r", "\\", "#", "\u2028", "\u00a0"];

    /// <summary>A body made of a valid one.</summary>
    public byte[] Mutate(string valid)
    {
        var tokens = JsonTokens.Split(valid);
        for (var edit = random.Next(MostEdits + 1); edit > 0 && tokens.Count > 0; edit--)
        {
            Edit(tokens);
        }

        var bytes = Encoding.UTF8.GetBytes(string.Concat(tokens));
        return random.Next(3) == 0 ? Damage(bytes) : bytes;
    }

    private void Edit(List<string> tokens)
    {
        var at = random.Next(tokens.Count);
        switch (random.Next(9))
        {
            case 0:
                tokens.RemoveAt(at);
                break;
            case 1:
                tokens.Insert(at, tokens[at]);
                break;
            case 2:
                var other = random.Next(tokens.Count);
                (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                break;
            case 3:
                tokens[at] = Marks[random.Next(Marks.Length)];
                break;
            case 4:
                tokens.Insert(at, Values[random.Next(Values.Length)]);
                break;
            case 5:
                Repeat(tokens, at);
                break;
            default:
                Replace(tokens, at);
                break;
        }
    }

    // A member or an element once more, with other contents.
    private void Repeat(List<string> tokens, int at)
    {
        var name = tokens.FindIndex(at, token => token.StartsWith('"'));
        if (name >= 0 && name + 1 < tokens.Count && tokens[name + 1] == ":")
        {
            tokens.InsertRange(name, [tokens[name], ":", Value(), ","]);
        }
    }

    private void Replace(List<string> tokens, int at)
    {
        var isName = at + 1 < tokens.Count && tokens[at + 1] == ":";
        tokens[at] = isName && random.Next(2) == 0 ? $"\"{(char)random.Next('a', 'z')}{tokens[at].Trim('"')}\"" : Value();
    }

    private string Value() => random.Next(12) switch
    {
        0 => Nested("[", "]"),
        1 => Nested("{\"a\":", "}"),
        2 => $"\"{new string((char)random.Next(' ', 0x250), random.Next(1, 70_000)).Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal)}\"",
        3 => $"[{string.Join(',', Enumerable.Repeat(Values[random.Next(Values.Length)], random.Next(1, 1_200)))}]",
        4 => new string((char)random.Next('0', '9' + 1), random.Next(1, 2_000)),
        _ => Values[random.Next(Values.Length)],
    };

    private string Nested(string open, string close)
    {
        var depth = Depths[random.Next(Depths.Length)];
        var inner = open.Length > 1 ? "1" : "";
        return string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, random.Next(5) == 0 ? depth - 1 : depth));
    }

    private byte[] Damage(byte[] bytes)
    {
        var at = random.Next(bytes.Length + 1);
        return random.Next(9) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. BrokenText[random.Next(BrokenText.Length)], .. bytes[at..]],
            2 => [0xEF, 0xBB, 0xBF, .. bytes],
            3 => [.. bytes, .. Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)])],
            4 => [.. bytes, 0],
            5 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(bytes)),
            6 => Noise(random.Next(200)),
            7 => [],
            _ => Flip(bytes),
        };
    }

    private byte[] Flip(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
