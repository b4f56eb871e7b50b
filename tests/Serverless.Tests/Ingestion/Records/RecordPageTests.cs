using System.Text;
using Serverless.Ingestion.Records;

namespace Serverless.Tests.Ingestion.Records;

/// <summary>What a page keeps of what it is offered, against sorting everything.</summary>
[Trait("Category", "Fast")]
public sealed class RecordPageTests
{
    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(0, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_page_is_the_beginning_of_everything_offered(int seed)
    {
        var random = new Random(seed);
        var offers = Offers(random);
        var limit = random.Next(1, 30);
        var page = new RecordPage(limit, long.MaxValue);

        Offer(page, offers);

        var all = offers.Distinct().Order().ToList();
        Assert.Equal(all.Take(limit), page.Entries.Select(entry => entry.Place));
        Assert.Equal(all.Count > limit, page.HasMore);
        Assert.Equal(all.Take(limit).Last(), page.Last);
        Assert.All(page.Entries, entry => Assert.Equal(Json(entry.Place), entry.Json));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_page_takes_no_more_bytes_than_it_may_and_at_least_one_entry(int seed)
    {
        var random = new Random(seed);
        var offers = Offers(random);
        var maxBytes = random.Next(1, 400);
        var page = new RecordPage(int.MaxValue, maxBytes);

        Offer(page, offers);

        var all = offers.Distinct().Order().ToList();
        Assert.Equal(all.Take(page.Entries.Count), page.Entries.Select(entry => entry.Place));
        Assert.Equal(page.Entries.Count < all.Count, page.HasMore);
        Assert.True(page.Entries.Count == 1 || page.Entries.Sum(entry => entry.Json.Length) <= maxBytes);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_page_that_is_cut_keeps_what_comes_before(int seed)
    {
        var random = new Random(seed);
        var offers = Offers(random);
        var place = RecordPosition.Before(random.Next(10));
        var page = new RecordPage(int.MaxValue, long.MaxValue);
        Offer(page, offers);

        page.CutAt(place);

        Assert.Equal(offers.Distinct().Where(offer => offer < place).Order(), page.Entries.Select(entry => entry.Place));
        Assert.True(page.HasMore);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Of_each_group_a_page_has_the_first_alone(int seed)
    {
        var random = new Random(seed);
        var offers = Offers(random).Distinct().Select(place => (Place: place, Group: $"{random.Next(12)}")).ToList();
        var limit = random.Next(1, 12);
        var page = new RecordPage(limit, long.MaxValue);

        offers.ForEach(offer => page.Add(offer.Place, Json(offer.Place), offer.Group));

        var all = offers.GroupBy(offer => offer.Group).Select(group => group.MinBy(offer => offer.Place)).OrderBy(offer => offer.Place).ToList();
        Assert.Equal(all.Take(limit), page.Entries.Select(entry => (entry.Place, entry.Group!)));
        Assert.Equal(all.Count > limit, page.HasMore);
    }

    [Fact]
    public void A_page_that_is_full_wants_only_what_comes_before_its_last_entry()
    {
        var page = new RecordPage(1, long.MaxValue);
        page.Add(new(5, "b"), "1"u8);
        Assert.True(page.Wants(new(4, "a"))); // one more shows that there is a next page
        page.Add(new(4, "a"), "2"u8);

        Assert.False(page.Wants(new(5, "a")));
        Assert.False(page.Wants(new(5, "b")));
        Assert.True(page.Wants(new(5, "c")));
        Assert.True(page.Wants(new(6, "a")));
    }

    // Few times and ids, so that many are equal.
    private static List<RecordPosition> Offers(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 100)).Select(_ => new RecordPosition(random.Next(10), new string((char)('a' + random.Next(8)), random.Next(1, 4))))];

    private static void Offer(RecordPage page, List<RecordPosition> offers)
    {
        foreach (var offer in offers)
        {
            page.Add(offer, Json(offer));
        }
    }

    private static byte[] Json(RecordPosition place) => Encoding.UTF8.GetBytes($"{place.Ticks}{new string('x', place.Id.Length * 7)}{place.Id}");
}
