using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Serverless.Tests.Ingestion;

/// <summary>Checks what always holds, on many generated cases.</summary>
internal static class Always
{
    // The same cases every time: a failure is found again by whoever looks.
    private static readonly Config Repeatable = Config.QuickThrowOnFailure
        .WithReplay(FSharpOption<Replay>.Some(new(new Rnd(20260126, 1), FSharpOption<int>.None)))
        .WithQuietOnSuccess(true);

    /// <summary>Expects that an assertion holds for each of many cases.</summary>
    public static void Holds<T>(Gen<T> cases, Action<T> assert, int count = 500) =>
        Check.One(Repeatable.WithMaxTest(count), Prop.ForAll(cases.ToArbitrary(), assert));
}
