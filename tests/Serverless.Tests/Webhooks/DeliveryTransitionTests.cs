using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Messages;
using Serverless.Webhooks.Sending;

namespace Serverless.Tests.Webhooks;

/// <summary>What happens to deliveries: case by case, and in any order.</summary>
[Trait("Category", "Fast")]
public sealed class DeliveryTransitionTests
{
    private const string Order = "order-1";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Delivery New = new("aaaaaaaaaaaa", "0123456789abcdef", "run", "1", "1", "run.completed", Now);

    [Fact]
    public void A_try_is_pending_until_it_is_taken()
    {
        var begun = DeliveryTransition.Begin(New, 1, Order, Now);
        Assert.Equal((DeliveryState.Pending, TryOutcome.Unknown), (begun.State, begun.Tries[0].Outcome));

        var ended = DeliveryTransition.End(begun, Taken(begun.Tries[0]));

        Assert.Equal((DeliveryState.Delivered, TryOutcome.Delivered, null), (ended.State, ended.Tries[0].Outcome, ended.NextAt));
    }

    [Fact]
    public void What_a_process_died_over_stays_unknown_and_is_begun_once_more_under_a_number_of_its_own()
    {
        var again = DeliveryTransition.Begin(DeliveryTransition.Begin(New, 1, Order, Now), 1, Order, Now);

        Assert.Equal([(1, 1), (1, 2)], again.Tries.Select(each => (each.Attempt, each.Repetition)));
        Assert.Equal([TryOutcome.Unknown, TryOutcome.Delivered], DeliveryTransition.End(again, Taken(again.Tries[1])).Tries.Select(each => each.Outcome));
    }

    [Fact]
    public void A_delivery_that_is_abandoned_says_why_and_has_no_next_try()
    {
        var begun = DeliveryTransition.Begin(New, 1, Order, Now);
        var failed = DeliveryTransition.End(begun, Failed(begun.Tries[0], Now.AddSeconds(5)));
        Assert.Equal((DeliveryState.Pending, Now.AddSeconds(5)), (failed.State, failed.NextAt));

        var abandoned = DeliveryTransition.Abandon(failed, "The endpoint is switched off");

        Assert.Equal((DeliveryState.Failed, "The endpoint is switched off", null), (abandoned.State, abandoned.EndReason, abandoned.Tries[0].NextAt));
        Assert.Equal(DeliveryState.Pending, DeliveryTransition.Begin(abandoned, 2, Order, Now).State);
    }

    [Fact]
    public void In_any_order_of_events_what_was_taken_stays_so_and_nothing_that_was_sent_is_forgotten()
    {
        var random = new Random(21);
        for (var round = 0; round < 2000; round++)
        {
            var (delivery, wasTaken, tries) = (New, false, 0);
            for (var step = 0; step < 20; step++)
            {
                var last = delivery.Tries.LastOrDefault();
                delivery = random.Next(4) switch
                {
                    0 => DeliveryTransition.Begin(delivery, (last?.Attempt ?? 0) + random.Next(2) + (last is null ? 1 : 0), Order, Now.AddMinutes(step)),
                    1 when last is not null => DeliveryTransition.End(delivery, Taken(delivery.Tries[random.Next(delivery.Tries.Count)])),
                    2 when last is not null => DeliveryTransition.End(delivery, Failed(delivery.Tries[random.Next(delivery.Tries.Count)], random.Next(2) == 0 ? null : Now)),
                    _ => DeliveryTransition.Abandon(delivery, "No more"),
                };
                wasTaken |= delivery.Tries.Exists(each => each.Outcome == TryOutcome.Delivered);
                Assert.True(delivery.Tries.Count >= tries);
                tries = delivery.Tries.Count;
                Assert.Equal(wasTaken, delivery.State == DeliveryState.Delivered);
                Assert.Equal(tries, delivery.Tries.DistinctBy(each => (each.Attempt, each.Repetition)).Count());
                Assert.Equal(delivery.Tries, DeliveryDocument.Decode(delivery.Workspace, delivery.Endpoint, DeliveryDocument.Encode(delivery).Span).Tries);
            }
        }
    }

    [Fact]
    public void Orders_in_any_number_and_order_send_each_try_once_and_never_again_what_was_taken()
    {
        var random = new Random(42);
        for (var round = 0; round < 2000; round++)
        {
            var delivery = New;
            var now = Now;
            var orders = new List<DeliveryOrder> { new("aaaaaaaaaaaa", "run", "1", New.Endpoint, 1) };
            for (var step = 0; step < 40 && orders.Count > 0; step++)
            {
                now += TimeSpan.FromMinutes(1);
                var order = orders[random.Next(orders.Count)];
                if (random.Next(3) > 0)
                {
                    // Now and then a message comes once more.
                    orders.Remove(order);
                }

                var left = RepeatedOrder.Of(order, $"message-{random.Next(3)}", delivery, now);
                Assert.False(left.Begins && delivery.IsDelivered);
                if (!left.Begins)
                {
                    orders.AddRange(left.Order is { } next ? [next] : []);
                    continue;
                }

                Assert.DoesNotContain(delivery.Tries, each => each.Attempt == order.Attempt && each.Outcome != TryOutcome.Unknown);
                delivery = DeliveryTransition.Begin(delivery, order.Attempt, "message-1", now);
                if (random.Next(4) > 0)
                {
                    delivery = DeliveryTransition.End(
                        delivery, random.Next(3) == 0 ? Taken(delivery.Tries[^1]) : Failed(delivery.Tries[^1], TrySchedule.NextAt(order.Attempt, 500, null, now, 0.5)));
                    orders.AddRange(delivery.NextAt is null || random.Next(4) == 0 ? [] : [order.Next]);
                }
            }
        }
    }

    private static DeliveryTry Taken(DeliveryTry each) => each with { Duration = TimeSpan.FromMilliseconds(7), Status = 200, Answer = "\"ok\" \u0001é" };

    private static DeliveryTry Failed(DeliveryTry each, DateTimeOffset? nextAt) =>
        each with { Duration = TimeSpan.FromMilliseconds(7), Status = 500, Error = "The receiver answered 500", NextAt = nextAt };
}
