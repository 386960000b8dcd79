using EbpfFirewall.Decisions;
using EbpfFirewall.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall.Tests.Decisions;

public sealed class DecisionHubTests : IDisposable
{
    private const int ReaderCapacity = 4096;
    private readonly RecordingLogger _logger = new();

    [Fact]
    public async Task A_reader_listens_from_the_call_on_not_from_its_first_step()
    {
        DecisionHub hub = Hub();
        hub.Publish(Samples.Decision(1));
        IAsyncEnumerable<DecisionEvent> reader = hub.ReadAsync(default);
        hub.Publish(Samples.Decision(2));
        hub.Complete();

        (await NumbersAsync(reader)).Should().Equal(2);
    }

    [Fact]
    public async Task A_slow_reader_loses_its_oldest_events_and_the_losses_are_counted()
    {
        DecisionHub hub = Hub();
        IAsyncEnumerable<DecisionEvent> reader = hub.ReadAsync(default);

        for (int i = 0; i < ReaderCapacity + 10; i++)
        {
            hub.Publish(Samples.Decision(i));
        }

        hub.Complete();
        (await NumbersAsync(reader)).Should().Equal(Enumerable.Range(10, ReaderCapacity).Select(i => (long)i));
        hub.Dropped.Should().Be(10);
    }

    [Fact]
    public async Task A_slow_reader_does_not_hold_up_another()
    {
        DecisionHub hub = Hub();
        _ = hub.ReadAsync(default);
        IAsyncEnumerator<DecisionEvent> quick = hub.ReadAsync(default).GetAsyncEnumerator();

        for (int i = 0; i < ReaderCapacity * 2; i++)
        {
            hub.Publish(Samples.Decision(i));
            (await quick.MoveNextAsync()).Should().BeTrue();
            quick.Current.RepeatCount.Should().Be(i);
        }

        await quick.DisposeAsync();
    }

    [Fact]
    public async Task A_callback_that_throws_is_logged_and_stops_neither_callbacks_nor_readers()
    {
        var seen = new List<long>();
        var mistake = new InvalidOperationException("mistake");
        DecisionHub hub = Hub(_ => throw mistake, decision => seen.Add(decision.RepeatCount));
        IAsyncEnumerable<DecisionEvent> reader = hub.ReadAsync(default);

        hub.Publish(Samples.Decision(1));
        hub.Publish(Samples.Decision(2));
        hub.Complete();

        seen.Should().Equal(1, 2);
        (await NumbersAsync(reader)).Should().Equal(1, 2);
        _logger.Entries.Should().HaveCount(2).And.OnlyContain(entry => entry.Level == LogLevel.Error && entry.Error == mistake);
    }

    [Fact]
    public async Task Callbacks_are_called_one_at_a_time()
    {
        int inside = 0;
        int calls = 0;
        bool overlapped = false;
        DecisionHub hub = Hub(_ =>
        {
            overlapped |= Interlocked.Increment(ref inside) != 1;
            calls++;
            Interlocked.Decrement(ref inside);
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                hub.Publish(Samples.Decision(i));
            }
        })));

        overlapped.Should().BeFalse();
        calls.Should().Be(4000);
    }

    [Fact]
    public async Task A_reader_ends_when_the_hub_does_and_has_read_what_was_queued()
    {
        DecisionHub hub = Hub();
        Task<List<long>> reading = NumbersAsync(hub.ReadAsync(default));

        hub.Publish(Samples.Decision(1));
        hub.Complete();

        (await reading).Should().Equal(1);
    }

    [Fact]
    public async Task A_reader_that_comes_after_the_end_ends_at_once()
    {
        DecisionHub hub = Hub();
        hub.Complete();

        (await NumbersAsync(hub.ReadAsync(default))).Should().BeEmpty();
    }

    [Fact]
    public async Task A_reader_that_stopped_listening_loses_nothing()
    {
        DecisionHub hub = Hub();
        await using (IAsyncEnumerator<DecisionEvent> reader = hub.ReadAsync(default).GetAsyncEnumerator())
        {
            hub.Publish(Samples.Decision(1));
            await reader.MoveNextAsync();
        }

        for (int i = 0; i < ReaderCapacity * 2; i++)
        {
            hub.Publish(Samples.Decision(i));
        }

        hub.Dropped.Should().Be(0);
    }

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        DecisionHub hub = Hub();
        using var cancellation = new CancellationTokenSource();
        Task<List<long>> reading = NumbersAsync(hub.ReadAsync(cancellation.Token));

        await cancellation.CancelAsync();

        await reading.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    public void Dispose() => _logger.Dispose();

    private static async Task<List<long>> NumbersAsync(IAsyncEnumerable<DecisionEvent> decisions)
    {
        var numbers = new List<long>();
        await foreach (DecisionEvent decision in decisions)
        {
            numbers.Add(decision.RepeatCount);
        }

        return numbers;
    }

    private DecisionHub Hub(params Action<DecisionEvent>[] callbacks) => new(callbacks, _logger);
}
