using System.Collections.Concurrent;
using Microsoft.Playwright;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Console;

/// <summary>
/// The page in a browser. It remembers what is wrong with it: errors on the browser's console, violations of its policy among them, scripts that
/// failed, and requests to anybody but its own address.
/// </summary>
public sealed class ConsolePage : IDisposable
{
    private readonly ConcurrentQueue<string> _problems = [];
    private readonly List<string[]> _expected = [];
    private readonly string _address;

    /// <summary>Begins to take note.</summary>
    /// <param name="page">The page, as the browser has it.</param>
    /// <param name="address">The only address it may talk to.</param>
    public ConsolePage(IPage page, string address)
    {
        Page = page;
        _address = address;
        page.Console += OnConsole;
        page.PageError += OnError;
        page.Request += OnRequest;
    }

    /// <summary>The page, as the browser has it.</summary>
    public IPage Page { get; }

    /// <summary>The place of the view.</summary>
    public ILocator View => Page.Locator("#view");

    /// <summary>The rows of its list that are in sight.</summary>
    public ILocator Rows => View.Locator(".all > .row");

    /// <summary>Says that a problem is meant to be: one that has all these parts.</summary>
    public void Expect(params string[] parts) => _expected.Add(parts);

    /// <summary>Opens the page, looks at it, and fails when anything was wrong with it meanwhile.</summary>
    public async Task LookAsync(string path, Func<ConsolePage, Task> look)
    {
        try
        {
            await Page.GotoAsync(path);
            await look(this);
        }
        catch (Exception failure) when (!_problems.IsEmpty)
        {
            throw new InvalidOperationException($"{failure.Message}\nThe page said:\n{string.Join('\n', _problems)}", failure);
        }

        // Whatever was reported before the answer to this has arrived before it.
        await Page.EvaluateAsync("0");
        string[] problems = [.. _problems.Where(problem => !_expected.Exists(parts => Array.TrueForAll(parts, part => problem.Contains(part, StringComparison.Ordinal))))];
        Assert.True(problems.Length == 0, $"The page said:\n{string.Join('\n', problems)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Page.Console -= OnConsole;
        Page.PageError -= OnError;
        Page.Request -= OnRequest;
    }

    /// <summary>Goes to another address without loading the page anew, as a link in it does.</summary>
    public Task GoAsync(string path) => Page.EvaluateAsync("path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path);

    /// <summary>Signs the operator in, and opens a tab.</summary>
    public async Task OpenOperatorAsync(string tab)
    {
        await SignOperatorInAsync();
        await OpenTabAsync(tab);
    }

    /// <summary>Signs the operator in.</summary>
    public async Task SignOperatorInAsync()
    {
        await View.GetByLabel("Admin key").FillAsync(OperatorClient.Key);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Opens one of the operator's tabs.</summary>
    public async Task OpenTabAsync(string tab)
    {
        await View.GetByRole(AriaRole.Link, new() { Name = tab }).ClickAsync();
        await Assertions.Expect(View.GetByRole(AriaRole.Link, new() { Name = tab })).ToHaveAttributeAsync("aria-current", "page");
    }

    /// <summary>Signs in by the form.</summary>
    public async Task SignInAsync(string email, string password)
    {
        await Page.GetByLabel("E-mail").FillAsync(email);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(View).ToBeVisibleAsync();
    }

    private void OnConsole(object? sender, IConsoleMessage message)
    {
        if (message.Type == "error")
        {
            _problems.Enqueue($"{message.Text} ({message.Location})");
        }
    }

    private void OnError(object? sender, string error) => _problems.Enqueue(error);

    private void OnRequest(object? sender, IRequest request)
    {
        if (!request.Url.StartsWith(_address + "/", StringComparison.Ordinal) && !request.Url.StartsWith($"blob:{_address}/", StringComparison.Ordinal))
        {
            _problems.Enqueue($"A request went to {request.Url}");
        }
    }
}
