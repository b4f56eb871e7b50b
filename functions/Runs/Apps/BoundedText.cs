using System.Text;

namespace Serverless.Runs.Apps;

/// <summary>What a template comes to cannot be used. The message says why, as the end of a sentence.</summary>
internal sealed class TemplateException(string reason) : Exception(reason);

/// <summary>A text that is put together and never grows beyond a bound: what would be too large is not even begun with.</summary>
/// <param name="name">What it is called when it is too large.</param>
/// <param name="maxBytes">The most bytes it may have in UTF-8.</param>
internal sealed class BoundedText(string name, int maxBytes)
{
    private readonly StringBuilder _text = new();
    private int _bytes;

    /// <summary>How many characters there are.</summary>
    public int Length => _text.Length;

    /// <summary>Adds a text.</summary>
    /// <exception cref="TemplateException">It is too large.</exception>
    public void Append(string text)
    {
        RequireRoomFor(text);
        _bytes += Encoding.UTF8.GetByteCount(text);
        if (_bytes > maxBytes)
        {
            throw TooLarge();
        }

        _text.Append(text);
    }

    /// <summary>Adds what a text comes to in another notation, which is never shorter.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encode">Brings it into that notation.</param>
    /// <exception cref="TemplateException">It is too large.</exception>
    public void Append(string text, Func<string, string> encode)
    {
        RequireRoomFor(text);
        Append(encode(text));
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    // A character takes at least a byte.
    private void RequireRoomFor(string text)
    {
        if (text.Length > maxBytes - _bytes)
        {
            throw TooLarge();
        }
    }

    private TemplateException TooLarge() => new($"its {name} is larger than {maxBytes} bytes");
}
