using Serverless.Admission;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>Who waits for their turn, how long, and how many at a time.</summary>
[Trait("Category", "Fast")]
public sealed class TurnTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TokenBucket Bucket = new("Column", 60, TimeSpan.FromMinutes(1));
    private static readonly MonthlyQuota Quota = new("Column", 60);

    [Fact]
    public void A_request_that_is_over_rates_alone_has_to_wait_for_the_slowest_of_them()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(1_501), Turn.WaitFor(Refused((Bucket, 0.25), (Bucket, 1.5002))));
        Assert.Equal(TimeSpan.FromMilliseconds(1), Turn.WaitFor(Refused((Bucket, 0.0000001))));
        Assert.Null(Turn.WaitFor(Refused((Bucket, 1), (Quota, 1))));
        Assert.Null(Turn.WaitFor(Refused((Quota, 1))));
    }

    [Theory]
    [InlineData(AdmittanceStatus.Admitted)]
    [InlineData(AdmittanceStatus.Suspended)]
    [InlineData(AdmittanceStatus.UnknownCredential)]
    public void Nobody_waits_for_anything_else(AdmittanceStatus status) => Assert.Null(Turn.WaitFor(Refused((Bucket, 1)) with { Status = status }));

    [Fact]
    public async Task However_often_a_request_waits_it_is_no_longer_than_five_seconds_in_all()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var time = new FrozenTime(Now) { TimerSpeed = double.PositiveInfinity };
            var turn = new WaitingRoom(time).Enter(CancellationToken.None);
            var (waited, asked) = (TimeSpan.Zero, TimeSpan.Zero);
            while (true)
            {
                var wait = TimeSpan.FromMilliseconds(random.Next(1, 2_500));
                asked = wait;
                if (!await turn.WaitAsync(Refused((Bucket, wait.TotalSeconds))))
                {
                    break;
                }

                waited += wait;
            }

            Assert.True(waited <= WaitingRoom.Longest && waited + asked > WaitingRoom.Longest, $"seed {seed}: {waited}");
        }
    }

    [Fact]
    public async Task When_all_seats_are_taken_nobody_else_waits_and_whoever_leaves_makes_room()
    {
        var room = new WaitingRoom(new FrozenTime(Now) { TimerSpeed = 0.001 });
        using var gone = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, WaitingRoom.Seats).Select(_ => room.Enter(gone.Token).WaitAsync(Refused((Bucket, 4)))).ToArray();

        Assert.Equal(WaitingRoom.Seats, room.Taken);
        Assert.False(await room.Enter(CancellationToken.None).WaitAsync(Refused((Bucket, 4))));
        Assert.Equal(WaitingRoom.Seats, room.Taken);

        await gone.CancelAsync();
        Assert.All(waiting, wait => Assert.True(wait.IsCanceled || wait.ContinueWith(static done => done.IsCanceled, TaskScheduler.Default).Result));
        Assert.Equal(0, room.Taken);
    }

    private static Admittance Refused(params (Limit Limit, double Seconds)[] denials) => new(AdmittanceStatus.Denied)
    {
        Outcomes =
        [
            new(new(ChargeTo.Account, Quota), new(true, null, 1, TimeSpan.Zero, Now, Now)),
            .. denials.Select(denial => new ChargeOutcome(
                new(ChargeTo.Credential, denial.Limit), new(false, null, 0, TimeSpan.FromSeconds(denial.Seconds), Now, Now))),
        ],
    };
}
