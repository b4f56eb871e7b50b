using FsCheck;
using FsCheck.Fluent;
using Serverless.Ingestion.Records;

namespace Serverless.Tests.Ingestion.Records;

/// <summary>A set of fields is a set of places.</summary>
public sealed class FieldSetTests
{
    private static readonly Gen<int[]> Places = Gen.Choose(0, 31).ListOf().Select(places => places.ToArray());

    [Fact]
    public void It_holds_what_was_put_in_and_goes_through_it_in_order() => Always.Holds(
        Gen.Zip(Places, Places, static (some, others) => (some, others)),
        static given =>
        {
            var (some, others) = (Of(given.some), Of(given.others));

            Assert.Equal(given.some.Distinct().Order(), List(some));
            Assert.Equal(given.some.Union(given.others).Order(), List(some | others));
            Assert.Equal(given.some.Except(given.others).Order(), List(some.Except(others)));
            Assert.Equal(given.some.Except(given.others.Take(1)).Order(), List(given.others is [var first, ..] ? some.Without(first) : some));
            Assert.All(given.others, place => Assert.Equal(given.some.Contains(place), some.Has(place)));
            Assert.Equal(given.some.Length == 0, some.IsEmpty);
        });

    private static FieldSet Of(int[] places) => places.Aggregate(default(FieldSet), static (set, place) => set.With(place));

    private static List<int> List(FieldSet set)
    {
        var places = new List<int>();
        foreach (var place in set)
        {
            places.Add(place);
        }

        return places;
    }
}
